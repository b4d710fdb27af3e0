// SPDX-License-Identifier: Apache-2.0
// Text strings, ISO 32000-2 section 7.9.2.2: UTF-16BE or UTF-8 behind its mark, otherwise one byte a character.
import { fromUtf8 } from '../bytes/index.ts';

/** For comparing and showing. Bytes above 127 without a mark are read as ISO 8859-1, which PDFDocEncoding equals but for a few signs. */
export function readText(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return readUtf8(bytes.subarray(3));
  return String.fromCharCode(...bytes.subarray(0, TEXT_LENGTH_MAX));
}

export function writeText(text: string): Uint8Array<ArrayBuffer> {
  const ascii = /^[ -~]*$/.test(text);
  const bytes = new Uint8Array(ascii ? text.length : 2 + 2 * text.length);
  if (!ascii) bytes.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (ascii) bytes[i] = unit;
    else bytes.set([unit >> 8, unit & 0xff], 2 + 2 * i);
  }
  return bytes;
}

const TEXT_LENGTH_MAX = 4096;

function readUtf8(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return String.fromCharCode(...bytes.subarray(0, TEXT_LENGTH_MAX));
  }
}
