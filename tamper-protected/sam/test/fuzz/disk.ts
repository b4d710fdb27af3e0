// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { Disk } from '../../src/journal/disk.ts';

/** A disk with these files, from which one may only read. */
export function diskOf(files: Readonly<Record<string, Uint8Array>>): Disk {
  const never = (): never => {
    throw new TypeError('only to be read');
  };
  return {
    makeFolder: never,
    list: () => Object.keys(files),
    read: (path) => files[basename(path)] ?? never(),
    create: never,
    openToWrite: never,
    openToRead: never,
    readAt: never,
    write: never,
    writeNow: never,
    close: never,
    rename: never,
    remove: never,
    free: never,
  };
}
