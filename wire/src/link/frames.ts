// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { FRAME_BYTES_MAX } from '@sigillo/doors/door';

/** Cuts a stream into its parts: first pieces of fixed sizes (the handshake), then frames with their length in front. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #buffered = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  /** The next `length` bytes, or undefined until they are there. */
  fixed(length: number): Buffer | undefined {
    if (this.#buffered < length) return undefined;
    const whole = this.#joined();
    this.#keep(whole.subarray(length));
    return whole.subarray(0, length);
  }

  /** The next frame's payload, undefined until it is whole, or 'too_large' as soon as its length says so. */
  frame(): Buffer | 'too_large' | undefined {
    if (this.#buffered < 4) return undefined;
    const whole = this.#joined();
    const length = whole.readUInt32BE(0);
    if (length > FRAME_BYTES_MAX) return 'too_large';
    if (whole.length < 4 + length) return undefined;
    this.#keep(whole.subarray(4 + length));
    return whole.subarray(4, 4 + length);
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
  }
}

/** Frames written in one turn of the event loop leave as one piece. */
export class FrameWriter {
  readonly #socket: Socket;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes that the other end has not taken yet. */
  get unsent(): number {
    return this.#bytes + this.#socket.writableLength;
  }

  write(payload: Uint8Array): void {
    if (this.#socket.destroyed) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(payload);
    this.#bytes += 4 + payload.length;
  }

  #flush(): void {
    const piece = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const payload of this.#waiting) {
      at = piece.writeUInt32BE(payload.length, at);
      piece.set(payload, at);
      at += payload.length;
    }
    this.#waiting = [];
    this.#bytes = 0;
    if (!this.#socket.destroyed) this.#socket.write(piece);
  }
}
