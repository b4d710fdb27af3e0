// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '@sigillo/standards/pdf';
import { PdfError } from '@sigillo/standards/pdf';

export interface FileSource extends ByteSource {
  close(): void;
}

/** A file of which only what is asked for is read. */
export function openFileSource(path: string): FileSource {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  return {
    size,
    read: (offset, length) => readFully(file, offset, Math.max(0, Math.min(length, size - offset))),
    close: () => closeSync(file),
  };
}

/** Two sources as one file. */
export function joinedSource(first: ByteSource, second: ByteSource): ByteSource {
  return {
    size: first.size + second.size,
    read(offset, length) {
      if (offset >= first.size) return second.read(offset - first.size, length);
      const start = first.read(offset, length);
      if (start.length === length) return start;
      const rest = second.read(0, length - start.length);
      const whole = new Uint8Array(start.length + rest.length);
      whole.set(start);
      whole.set(rest, start.length);
      return whole;
    },
  };
}

function readFully(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, offset + at);
    if (count === 0) throw new PdfError('pdf_broken', 'the file became shorter');
    at += count;
  }
  return bytes;
}
