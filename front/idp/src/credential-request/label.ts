// SPDX-License-Identifier: Apache-2.0
// The name of a document as the signer will read it. It becomes part of what the passkey signs, so it has one spelling (NFC) and a bound.
import { utf8 } from '@sigillo/standards/bytes';
import { invalid } from './error.ts';

const LABEL_BYTES_MAX = 360;
const LABEL_UNITS_MAX = 2000;

/** One line of text. A replacement character means that the client sent bytes that are not UTF-8. */
export function readLabel(text: string, parameter: string): string {
  if (text.length > LABEL_UNITS_MAX || !text.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/u.test(text)) throw invalid(parameter);
  return shortened(text.normalize('NFC'));
}

/** What stands for the name of a document that the client did not name. */
export function numberLabel(position: number): string {
  return `#${position + 1}`;
}

function shortened(text: string): string {
  if (utf8(text).length <= LABEL_BYTES_MAX) return text;
  let kept = '';
  let bytes = utf8('…').length;
  for (const character of text) {
    bytes += utf8(character).length;
    if (bytes > LABEL_BYTES_MAX) break;
    kept += character;
  }
  return `${kept}…`.normalize('NFC');
}
