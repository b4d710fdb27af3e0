// SPDX-License-Identifier: Apache-2.0
// The log of one process: a file of bounded size, and one older file beside it.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFile {
  readonly write: (text: Uint8Array) => void;
  readonly close: () => void;
}

export const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** Writes are synchronous: what a process said before it died is in the file, and nothing waits in memory. */
export function openLogFile(path: string, bytesMax: number = LOG_BYTES_MAX): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let descriptor = openSync(path, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  const rotate = (): void => {
    closeSync(descriptor);
    renameSync(path, `${path}.1`);
    descriptor = openSync(path, 'a', 0o600);
    size = 0;
  };
  return {
    write: (text) => {
      if (size > 0 && size + text.length > bytesMax) rotate();
      for (let written = 0; written < text.length;) written += writeSync(descriptor, text, written);
      size += text.length;
    },
    close: () => closeSync(descriptor),
  };
}
