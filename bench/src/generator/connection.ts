// SPDX-License-Identifier: Apache-2.0
// One connection that takes a request when the answer before has come. It knows as much of HTTP/1.1 as the doors of the house speak to it:
// a status, Content-Length, a body. Anything but 200 is a failure of the run.
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Connection {
  readonly send: (request: Uint8Array, answered: (body: Uint8Array) => void, failed: (cause: Error) => void) => void;
  readonly close: () => void;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = 'content-length: ';
const GOOD = 'HTTP/1.1 200 ';
const EXCERPT_BYTES = 600;
const READ_BYTES = 65_536;

interface Waiting {
  readonly answered: (body: Uint8Array) => void;
  readonly failed: (cause: Error) => void;
}

export async function openConnections(url: string, count: number): Promise<readonly Connection[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(Array.from({ length: count }, () => openConnection(hostname, Number(port))));
}

/** What is read lands in one buffer, past the stream: the cheapest way that Node has. */
async function openConnection(host: string, port: number): Promise<Connection> {
  let waiting: Waiting | undefined;
  let before: Buffer = Buffer.alloc(0);
  const buffer = Buffer.alloc(READ_BYTES);
  const fail = (what: string): void => {
    const { failed } = waiting ?? {};
    waiting = undefined;
    failed?.(new Error(what));
  };
  const callback = (bytes: number): boolean => {
    const read = before.length === 0 ? buffer.subarray(0, bytes) : Buffer.concat([before, buffer.subarray(0, bytes)]);
    const body = bodyOf(read);
    before = body === undefined ? Buffer.from(read) : before.subarray(0, 0);
    if (body === undefined) return true;
    if (typeof body === 'string') fail(body);
    else {
      const { answered } = waiting!;
      answered(body);
    }
    return true;
  };
  const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
  await once(socket, 'connect');
  socket.on('error', ({ message }) => fail(message)).on('close', () => fail('the connection was closed'));
  return {
    send: (request, answered, failed) => {
      waiting = { answered, failed };
      socket.write(request);
    },
    close: () => void socket.destroy(),
  };
}

/** The body of a whole answer, a copy; undefined while there is more to come; text where it is no good answer. */
function bodyOf(read: Buffer): Uint8Array | string | undefined {
  const head = read.indexOf(HEAD_END, 0, 'latin1');
  if (head < 0) return undefined;
  const length = read.indexOf(LENGTH, 0, 'latin1');
  if (length < 0 || length > head) return 'an answer without a length';
  const start = head + HEAD_END.length;
  const end = start + Number.parseInt(read.toString('latin1', length + LENGTH.length, length + LENGTH.length + 10), 10);
  if (read.length < end) return undefined;
  if (read.toString('latin1', 0, GOOD.length) !== GOOD) return read.toString('latin1', 0, EXCERPT_BYTES);
  return Uint8Array.prototype.slice.call(read, start, end);
}
