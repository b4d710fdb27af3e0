// SPDX-License-Identifier: Apache-2.0
// One connection that takes a request when the answer before has come. It knows as much of HTTP/1.1 as the doors of the house speak to it:
// a status, Content-Length, a body. Anything but 200 is a failure of the run.
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Connection {
  readonly send: (request: Uint8Array, answered: (body: Uint8Array) => void, failed: (cause: Error) => void) => void;
  readonly close: () => void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const GOOD = 'HTTP/1.1 200 ';
const EXCERPT_BYTES = 600;

export async function openConnections(url: string, count: number): Promise<readonly Connection[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(Array.from({ length: count }, () => openConnection(hostname, Number(port))));
}

async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  let waiting: { readonly answered: (body: Uint8Array) => void; readonly failed: (cause: Error) => void } | undefined;
  let read: Buffer = Buffer.alloc(0);
  const fail = (what: string): void => {
    const { failed } = waiting ?? {};
    waiting = undefined;
    failed?.(new Error(what));
  };
  socket.on('data', (chunk: Buffer) => {
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
    const head = read.indexOf(HEAD_END);
    if (head < 0) return;
    const lengthBytes = contentLength(read.toString('latin1', 0, head));
    const start = head + HEAD_END.length;
    if (lengthBytes === undefined) return fail('an answer without a length');
    if (read.length < start + lengthBytes) return;
    const answer = read;
    read = Buffer.alloc(0);
    if (answer.toString('latin1', 0, GOOD.length) !== GOOD) return fail(answer.toString('latin1', 0, EXCERPT_BYTES));
    const { answered } = waiting ?? {};
    waiting = undefined;
    answered?.(answer.subarray(start, start + lengthBytes));
  });
  socket.on('error', ({ message }) => fail(message)).on('close', () => fail('the connection was closed'));
  return {
    send: (request, answered, failed) => {
      waiting = { answered, failed };
      socket.write(request);
    },
    close: () => void socket.destroy(),
  };
}

function contentLength(head: string): number | undefined {
  const found = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return found === undefined ? undefined : Number(found);
}
