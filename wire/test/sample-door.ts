// SPDX-License-Identifier: Apache-2.0
// A small door on a real socket, and a caller that speaks bytes where a link would not.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerFrame, frame, HANDSHAKE_BYTES, message } from '@sigillo/doors/door';
import { bytesUpTo, decode, encode, map, uint } from '@sigillo/doors/schema';
import { proof } from '../src/link/handshake.ts';
import { connectLink, type Handlers, type Link, type LinkOptions, monotonicMs, openLog, Refusal, serveLink, type ServeOptions } from '../src/index.ts';

const number = map({ value: { key: 1, of: uint(), what: 'a number' } });
const block = map({ block: { key: 1, of: bytesUpTo(2_000_000), what: 'bytes' } });

export const sampleDoor = {
  double: message(1, 'twice the number', number, number),
  refuse: message(2, 'says no', number, number),
  fail: message(3, 'breaks', number, number),
  wait: message(4, 'answers after so many milliseconds', number, number, 2000),
  echo: message(5, 'the same bytes', block, block),
  privileged: message(6, 'for one caller only', number, number),
} as const;
export type SampleDoor = typeof sampleDoor;

export interface Sample {
  readonly path: string;
  readonly key: Uint8Array;
  readonly lines: readonly string[];
  connect(change?: Partial<LinkOptions<SampleDoor>>): Link<SampleDoor>;
  /** A connection whose handshake was made by hand, or not at all. */
  raw(key?: Uint8Array): Promise<RawCaller>;
  serve(change?: Partial<ServeOptions<SampleDoor>>): Promise<void>;
  stopServing(): Promise<void>;
  close(): Promise<void>;
}

const random = (length: number): Uint8Array => randomBytes(length);
export const context = { requestId: 'r-1' };

const handlers: Handlers<SampleDoor> = {
  double: ({ value }) => ({ value: value * 2 }),
  refuse: () => {
    throw new Refusal('not_today');
  },
  fail: () => {
    throw new Error('a secret in a message');
  },
  wait: async ({ value }) => {
    await new Promise((resolve) => setTimeout(resolve, value));
    return { value };
  },
  echo: (request) => request,
  privileged: ({ value }) => ({ value }),
};

export async function openSample(): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-wire-'));
  const path = join(folder, 'door.sock');
  const key = randomBytes(32);
  const lines: string[] = [];
  const links: Link<SampleDoor>[] = [];
  const sockets: Socket[] = [];
  let server: Awaited<ReturnType<typeof serveLink>> | undefined;
  const sample: Sample = {
    path,
    key,
    lines,
    connect(change = {}) {
      const link = connectLink({ door: sampleDoor, name: 'sample', path, key, random, monotonic: monotonicMs, ...change });
      links.push(link);
      return link;
    },
    async raw(withKey) {
      const socket = connect(path);
      sockets.push(socket);
      const caller = new RawCaller(socket);
      const serverNonce = await caller.bytes(HANDSHAKE_BYTES);
      if (withKey === undefined) return caller;
      const clientNonce = randomBytes(HANDSHAKE_BYTES);
      socket.write(Buffer.concat([clientNonce, proof(withKey, 'client', 'sample', serverNonce, clientNonce)]));
      await caller.bytes(HANDSHAKE_BYTES);
      return caller;
    },
    async serve(change = {}) {
      const log = openLog('sample', (line) => lines.push(line), Date.now);
      server = await serveLink({ door: sampleDoor, name: 'sample', path, callers: { friend: key }, handlers, log, random, monotonic: monotonicMs, ...change });
    },
    async stopServing() {
      await server?.close();
      server = undefined;
    },
    async close() {
      for (const link of links) link.close();
      for (const socket of sockets) socket.destroy();
      await sample.stopServing();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await sample.serve();
  return sample;
}

export class RawCaller {
  readonly socket: Socket;
  #buffered = Buffer.alloc(0);
  #closed = false;
  #woken: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#buffered = Buffer.concat([this.#buffered, chunk]);
      this.#woken();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed = true;
      this.#woken();
    });
  }

  async bytes(length: number): Promise<Buffer> {
    while (this.#buffered.length < length) {
      if (this.#closed) throw new Error('closed');
      await new Promise<void>((resolve) => (this.#woken = resolve));
    }
    const taken = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    return taken;
  }

  async answer(): Promise<AnswerFrame> {
    const length = (await this.bytes(4)).readUInt32BE(0);
    return decode(frame.answer, await this.bytes(length));
  }

  send(payload: Uint8Array): void {
    this.socket.write(framed(payload));
  }

  request(message: number, body: Uint8Array, change: RequestChange = {}): void {
    this.socket.write(requestFrame(message, body, change));
  }

  async closed(): Promise<void> {
    if (!this.#closed) await once(this.socket, 'close');
  }
}

interface RequestChange {
  readonly id?: number;
  readonly deadlineMs?: number;
}

export function requestFrame(message: number, body: Uint8Array, change: RequestChange = {}): Buffer {
  return framed(encode(frame.request, { id: 7, message, deadlineMs: 1000, requestId: 'raw', body, ...change }));
}

function framed(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(payload.length);
  return Buffer.concat([head, payload]);
}
