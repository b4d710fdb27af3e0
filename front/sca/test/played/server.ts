// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** `'hang up'`: the connection is closed without an answer. */
export type Answerer = (asked: Asked) => Promise<Said | 'hang up'> | Said | 'hang up';

export interface PlayedServer {
  readonly url: string;
  close(): void;
}

export async function serve(answerer: Answerer): Promise<PlayedServer> {
  const server = createServer((request, response) => void answer(answerer, request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => shut(server) };
}

export function json(value: unknown, status: number = 200): Said {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

async function answer(answerer: Answerer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const said = await answerer({ method: request.method!, path: request.url!, headers: request.headers, body: Buffer.concat(pieces) });
  if (said === 'hang up') request.socket.destroy();
  else response.writeHead(said.status ?? 200, said.headers).end(said.body);
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}
