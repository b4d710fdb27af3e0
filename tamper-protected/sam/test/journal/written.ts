// SPDX-License-Identifier: Apache-2.0
import { readFileSync, truncateSync } from 'node:fs';
import { GROUP_HEAD_BYTES, GROUP_MAC_BYTES, readGroupHead } from '../../src/journal/group.ts';

/** The groups of a file of the journal, without the zeros that were written ahead. */
export function writtenGroups(path: string): Buffer {
  const bytes = readFileSync(path);
  let end = 0;
  while (bytes.length - end >= GROUP_HEAD_BYTES) {
    const head = readGroupHead(bytes.subarray(end));
    if (head === undefined) break;
    end += GROUP_HEAD_BYTES + head.length + GROUP_MAC_BYTES;
  }
  return bytes.subarray(0, end);
}

/** Takes so many bytes away from the last group of a file, and what was written ahead of it. */
export function tearOff(path: string, bytes: number): void {
  truncateSync(path, writtenGroups(path).length - bytes);
}
