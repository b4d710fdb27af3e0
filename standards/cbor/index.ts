// SPDX-License-Identifier: Apache-2.0
// Core deterministic CBOR, RFC 8949 section 4.2.1: definite lengths, shortest heads, map keys in bytewise order of their encodings.
// The values are the ones that intents, rows and door messages need: unsigned integers, byte strings, NFC text, arrays, maps with
// unsigned integer keys, true, false and null. There is no other spelling: floats, tags and negative numbers are refused, and so is every input
// that the encoder would not write itself.
export { CborError, type CborErrorCode } from './error.ts';
export { CborWriter } from './write.ts';
export { CborReader, type CborKind } from './read.ts';
