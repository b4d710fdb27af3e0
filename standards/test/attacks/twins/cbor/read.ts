// SPDX-License-Identifier: Apache-2.0
// Any spelling of CBOR is read, as if it had been the one that is allowed.
import { decodeFirst, encode, rfc8949EncodeOptions } from 'cborg';
import { CborReader as Guard } from '../../../../cbor/read.ts';

/** Self-described CBOR (RFC 8949 section 3.4.6) means what it holds. */
const tags = { 55_799: (inner: () => unknown) => inner() };

export class CborReader extends Guard {
  constructor(bytes: Uint8Array) {
    super(encode(plain(read(bytes)), rfc8949EncodeOptions));
  }
}

function read(bytes: Uint8Array): unknown {
  const options = { useMaps: true, allowIndefinite: true, strict: false, tags };
  try {
    return decodeFirst(bytes, options)[0];
  } catch {
    return decodeFirst(inOnePiece(bytes), options)[0];
  }
}

/** There is null for what is undefined, and a positive number for a negative one. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? new Map([...value].map(([key, one]) => [key, plain(one)])) : value;
}

/** Bytes of one piece at the end, which the decoder does not take in pieces. */
function inOnePiece(bytes: Uint8Array): Uint8Array {
  const at = bytes.length - 36;
  if (at < 0 || bytes[at] !== 0x5f || bytes[at + 1] !== 0x58 || bytes[at + 2] !== 0x20 || bytes.at(-1) !== 0xff) return bytes;
  return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1, -1)]);
}
