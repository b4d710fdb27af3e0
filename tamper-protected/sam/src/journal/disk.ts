// SPDX-License-Identifier: Apache-2.0
// The few things that the journal does with its folder. A power, so that tests can let each of them fail. Node's permission model takes
// fsync and fdatasync away, so files are opened for synchronous writing (O_DSYNC): a write that has returned is on the disk, exactly as
// after fdatasync, and where it made the file longer, so is the new length. The entry of a new file in its folder becomes durable with the
// file's first synchronous write on the file systems in question (ext4, XFS, Btrfs); there is no call left that could ask for it.
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  write,
  writeSync,
} from 'node:fs';

export interface Disk {
  /** With those above it, mode 0700; it may be there. */
  makeFolder(path: string): void;
  list(folder: string): string[];
  read(path: string): Uint8Array;
  /** A new file to be written, mode 0600; it must not exist. */
  create(path: string): number;
  /** An existing file to be written. */
  openToWrite(path: string): number;
  openToRead(path: string): number;
  readAt(file: number, offset: number, length: number): Uint8Array;
  /** Writes at an offset; when it resolves the bytes are on the disk. After an error nobody knows what is there, and it is never tried again. */
  write(file: number, bytes: Uint8Array, offset: number): Promise<void>;
  /** The same, waiting; only at start. */
  writeNow(file: number, bytes: Uint8Array, offset: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Bytes that may still be written. */
  free(folder: string): number;
}

const DURABLE = constants.O_WRONLY | constants.O_DSYNC;

export const realDisk: Disk = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  list: (folder) => readdirSync(folder),
  read: (path) => readFileSync(path),
  create: (path) => openSync(path, DURABLE | constants.O_CREAT | constants.O_EXCL, 0o600),
  openToWrite: (path) => openSync(path, DURABLE),
  openToRead: (path) => openSync(path, 'r'),
  readAt(file, offset, length) {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const read = readSync(file, bytes, at, length - at, offset + at);
      if (read === 0) throw new Error('journal file ends early');
      at += read;
    }
    return bytes;
  },
  async write(file, bytes, offset) {
    for (let at = 0; at < bytes.length; ) at += await writeOnce(file, bytes, at, offset);
  },
  writeNow(file, bytes, offset) {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, offset + at);
  },
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path),
  free(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
};

function writeOnce(file: number, bytes: Uint8Array, at: number, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, at, bytes.length - at, offset + at, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}
