// SPDX-License-Identifier: Apache-2.0
// Objects back to their spelling. The text has one character for each byte.
import { toHex } from '../bytes/index.ts';
import type { PdfObject } from './objects.ts';

export function writeObject(object: PdfObject): string {
  if (object === null) return 'null';
  if (typeof object === 'boolean' || typeof object === 'number') return String(object);
  switch (object.kind) {
    case 'real':
      return object.text;
    case 'name':
      return writeName(object.name);
    case 'string':
      return `<${toHex(object.bytes)}>`;
    case 'reference':
      return `${object.number} ${object.generation} R`;
    case 'array':
      return `[${object.items.map(writeObject).join(' ')}]`;
    case 'dictionary':
      return `<<${[...object.entries].map(([key, value]) => `${writeName(key)} ${writeObject(value)}`).join(' ')}>>`;
  }
}

/** ISO 32000-2 section 7.3.5: everything but plain characters is escaped. */
function writeName(name: string): string {
  return `/${name.replace(/[^!"$&'*-.0-;=?-Z\\^-z|~]/g, (character) => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
}

/** One byte for each character, which must be below 256. */
export function byteText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
