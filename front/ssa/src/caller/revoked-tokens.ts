// SPDX-License-Identifier: Apache-2.0
// Ids of tokens that the IdP revoked before their time. The IdP appends lines `JTI EXP` to a file and replaces the file when it starts;
// this reads what is new, every second. While the file cannot be read no token is good: nobody could say which were revoked.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export const REVOKED_READ_MS = 1000;
const FILE_BYTES_MAX = 64 * 1_048_576;

export interface RevokedTokens {
  has(tokenId: string): boolean;
  /** Why the list cannot be relied on at present, or undefined. */
  fault(): string | undefined;
  /** Reads what is new; called by a timer. */
  read(): void;
}

export function revokedTokens(path: string, nowSeconds: () => number): RevokedTokens {
  const expiries = new Map<string, number>();
  let position = 0;
  let inode = -1;
  let fault: string | undefined = 'revocations_unread';

  function read(): void {
    try {
      readNew();
      fault = undefined;
      forgetExpired(expiries, nowSeconds());
    } catch (cause) {
      // Before the first revocation there may be no file; one that was there and is gone is a fault.
      fault = (cause as { code?: unknown }).code === 'ENOENT' && inode === -1 ? undefined : 'revocations_unreadable';
    }
  }

  function readNew(): void {
    const file = openSync(path, 'r');
    try {
      const { ino, size } = fstatSync(file);
      if (ino !== inode || size < position) position = 0;
      inode = ino;
      if (size > FILE_BYTES_MAX) throw new Error('too large');
      if (size > position) position += take(readFrom(file, position, size - position));
    } finally {
      closeSync(file);
    }
  }

  /** Takes whole lines; returns how many bytes they are. */
  function take(text: string): number {
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(0, end).split('\n')) {
      if (line === '') continue;
      const match = /^([\x21-\x7e]{1,255}) (\d{1,12})$/.exec(line);
      if (match === null) throw new Error('malformed line');
      expiries.set(match[1]!, Number(match[2]));
    }
    return end;
  }

  return { has: (tokenId) => expiries.has(tokenId), fault: () => fault, read };
}

function readFrom(file: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.toString('latin1', 0, filled);
}

function forgetExpired(expiries: Map<string, number>, now: number): void {
  for (const [id, expires] of expiries) if (expires + 60 < now) expiries.delete(id);
}
