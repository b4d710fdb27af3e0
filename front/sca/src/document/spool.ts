// SPDX-License-Identifier: Apache-2.0
// Documents under way, as files that only this process reads (0600). Names are random and say nothing; what a crash leaves behind goes at the next start.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { toHex } from '@sigillo/standards/bytes';

export interface SpooledFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface ReceivedFile extends SpooledFile {
  readonly sha256: Uint8Array;
}

/** Why a document did not arrive. */
export class ReceiveError extends Error {
  override readonly name = 'ReceiveError';
  readonly code: 'too_large' | 'incomplete';

  constructor(code: ReceiveError['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

export class Spool {
  readonly #folder: string;
  readonly #random: (length: number) => Uint8Array;

  constructor(folder: string, random: (length: number) => Uint8Array) {
    this.#folder = folder;
    this.#random = random;
    for (const name of readdirSync(folder)) if (SPOOL_NAME.test(name)) rmSync(join(folder, name));
  }

  /** Writes the stream to a new file as it comes; only one piece of it is in memory. */
  async receive(stream: Readable, sizeBytesMax: number): Promise<ReceivedFile> {
    const path = this.#newPath();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of pieces(stream)) {
        sizeBytes += piece.length;
        if (sizeBytes > sizeBytesMax) throw new ReceiveError('too_large');
        hash.update(piece);
        await file.writeFile(piece);
      }
    } catch (cause) {
      // What still comes is let go by: a sender who must first get rid of it would not hear the answer. The door's time for a request bounds it.
      stream.resume();
      await file.close();
      await rm(path, { force: true });
      throw cause;
    }
    await file.close();
    return { path, sizeBytes, sha256: hash.digest() };
  }

  async write(bytes: Uint8Array): Promise<SpooledFile> {
    const path = this.#newPath();
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
    return { path, sizeBytes: bytes.length };
  }

  /** The files one after the other. */
  read(...files: readonly SpooledFile[]): Readable {
    return Readable.from(concatenated(files), { objectMode: false });
  }

  async remove(...files: readonly SpooledFile[]): Promise<void> {
    await Promise.all(files.map(({ path }) => rm(path, { force: true })));
  }

  #newPath(): string {
    return join(this.#folder, `${toHex(this.#random(16))}.spool`);
  }
}

const SPOOL_NAME = /^[0-9a-f]{32}\.spool$/;

/** Leaving the loop early must not close the connection: the answer still has to go out on it. */
async function* pieces(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
  } catch (cause) {
    throw new ReceiveError('incomplete', { cause });
  }
}

async function* concatenated(files: readonly SpooledFile[]): AsyncGenerator<Uint8Array> {
  for (const { path } of files) for await (const piece of createReadStream(path)) yield piece as Uint8Array;
}
