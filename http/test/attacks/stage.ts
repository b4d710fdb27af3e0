// SPDX-License-Identifier: Apache-2.0
// A door as whoever can reach its port meets it. It stands before every room and signs nothing.
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attacksOn } from '@sigillo/standards/test/attacks';
import { openLog } from '@sigillo/wire';
import type { HttpDoor, openHttpDoor } from '../../src/index.ts';

export interface Scene {
  readonly door: HttpDoor;
  readonly port: number;
  readonly log: string[];
  /** The answer of a request that nobody could object to. */
  honest(): Promise<number>;
}

/** An answer that was a refusal. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export interface SceneOptions {
  /** How many times faster the time of the door's own timeouts goes. */
  readonly faster?: number;
}

export async function openScene(
  { openHttpDoor: open }: { readonly openHttpDoor: typeof openHttpDoor },
  { faster = 1 }: SceneOptions = {},
): Promise<Scene> {
  const log: string[] = [];
  let number = 0;
  const door = await open({
    title: 'attacked',
    version: '1',
    origins: [],
    log: openLog('attacked', (line) => log.push(line), () => 0),
    requestId: () => `r${++number}`,
    ready: () => undefined,
  });
  const body = { type: 'object', additionalProperties: false, properties: { text: { type: 'string' }, more: {} } } as const;
  door.post('/take', { schema: { body } }, () => ({ taken: true }));
  hasten(door.server, faster);
  await door.listen({ host: '127.0.0.1', port: 0 });
  const { port } = door.server.address() as AddressInfo;
  return { door, port, log, honest: () => send(port, '/take', '{"text":"a"}') };
}

/** A timeout of a minute is seen in a part of it; what has no timeout still has none. */
function hasten(server: HttpDoor['server'], faster: number): void {
  server.headersTimeout /= faster;
  server.requestTimeout /= faster;
  // Node looks for connections that are over time so often, from when it listens.
  if (faster > 1) Object.assign(server, { connectionsCheckingInterval: 50 });
}

/** The status of the answer, or the refusal. */
export function send(
  port: number,
  path: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 400) resolve(status);
        else reject(new Refused(status, (text.startsWith('{') ? (JSON.parse(text) as { readonly code?: string }) : {}).code ?? String(status)));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const STAGE = {
  room: 'http',
  entry: 'src/index.ts',
  open: (entry: unknown, options: SceneOptions | undefined): Promise<Scene> => openScene(entry as Parameters<typeof openScene>[0], options),
  close: ({ door }: Scene): Promise<void> => door.close(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const { attack } = attacksOn<Scene, SceneOptions>(STAGE);
