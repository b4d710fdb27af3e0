// SPDX-License-Identifier: Apache-2.0
// One table says what a message is: from it come the encoder, the decoder, the documentation and the sweeps that alter each field.
// A schema is closed: a field more or less, another type, another length or a second spelling is refused.
export { array, boolean, bytes, bytesUpTo, exactly, map, nullable, oneOf, text, uint } from './kinds.ts';
export { decode, encode } from './code.ts';
export { describe } from './describe.ts';
export { ruled } from './ruled.ts';
export { SchemaError, type SchemaErrorCode } from './error.ts';
export type { Field, MapSchema, Schema, Shape, ShapeOfField, ValueOf } from './schema.ts';
