// SPDX-License-Identifier: Apache-2.0
// An SSA that lies, made of the real one: it stands at the SSA's address, hands everything on, and may change what the SAM answered to Prepare.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fromBase64url, toBase64url } from '@sigillo/standards/bytes';

export type Lie = 'none' | 'one byte' | 'an older answer';

export class LyingSsa {
  lie: Lie = 'none';
  /** How many answers it has changed. */
  lies = 0;
  readonly #port: number;
  readonly #behind: number;
  readonly #server: Server;
  #older: string | undefined;

  constructor(port: number, behind: number) {
    this.#port = port;
    this.#behind = behind;
    this.#server = createServer((incoming, outgoing) => {
      this.#carry(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  listen(): void {
    this.#server.listen(this.#port, '127.0.0.1');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const answer = await this.#ask(incoming, await buffer(incoming));
    const body = await buffer(answer);
    const changed = incoming.method === 'POST' && incoming.url === '/signer/v1/prepare' && answer.statusCode === 200 ? this.#change(body.toString('utf8')) : body;
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(changed) }).end(changed);
  }

  #ask(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const onward = request({ host: '127.0.0.1', port: this.#behind, method: incoming.method, path: incoming.url, headers: incoming.headers }, resolve);
      onward.once('error', reject).end(body);
    });
  }

  #change(body: string): string {
    const older = this.#older;
    this.#older ??= body;
    if (this.lie === 'none' || (this.lie === 'an older answer' && older === undefined)) return body;
    this.lies += 1;
    return this.lie === 'one byte' ? withOtherByte(body) : older!;
  }
}

/** One bit of the statement, deep inside what the passkey would sign. */
function withOtherByte(body: string): string {
  const answer = JSON.parse(body) as { statement: string };
  const statement = fromBase64url(answer.statement);
  statement[60]! ^= 1;
  return JSON.stringify({ ...answer, statement: toBase64url(statement) });
}
