// SPDX-License-Identifier: Apache-2.0
// Files that are on the disk when the call returns. The permission model of Node refuses fsync, so each file is opened for synchronous
// writing instead.
import { closeSync, constants, openSync, writeSync } from 'node:fs';

const { O_WRONLY, O_CREAT, O_APPEND, O_EXCL, O_TRUNC, O_SYNC } = constants;

const HOW = { append: O_APPEND, replace: O_TRUNC, create: O_EXCL } as const;

/** `create` refuses where the file exists. New files are the owner's alone unless `mode` says otherwise. */
export function writeDurably(path: string, how: keyof typeof HOW, text: string, mode: number = 0o600): void {
  const file = openSync(path, O_WRONLY | O_CREAT | O_SYNC | HOW[how], mode);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}
