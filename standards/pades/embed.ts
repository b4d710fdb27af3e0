// SPDX-License-Identifier: Apache-2.0
import { toHex, utf8 } from '../bytes/index.ts';
import type { ByteRange } from './byte-range.ts';
import { PadesError } from './error.ts';

export interface ContentsWrite {
  /** Where in the file. */
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What to write into the prepared file so that it holds the CMS: its digits, and zeros up to the end of the room. */
export function contentsWrite(byteRange: ByteRange, cms: Uint8Array): ContentsWrite {
  const digitCount = byteRange[2] - byteRange[1] - 2;
  if (2 * cms.length > digitCount) throw new PadesError('contents_too_small', `${cms.length} bytes into room for ${digitCount / 2}`);
  return { offset: byteRange[1] + 1, bytes: utf8(toHex(cms).padEnd(digitCount, '0')) };
}
