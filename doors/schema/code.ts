// SPDX-License-Identifier: Apache-2.0
import { CborReader, CborWriter } from '@sigillo/standards/cbor';
import type { Schema } from './schema.ts';

/** The one deterministic CBOR encoding of a value. Throws SchemaError or CborError when the value does not follow its schema. */
export function encode<T>(schema: Schema<T>, value: T): Uint8Array<ArrayBuffer> {
  const { writer } = shared;
  try {
    schema.write(writer, value);
    return writer.finish();
  } finally {
    writer.clear();
  }
}

/** No encoding begins while another is written, so one writer serves all. */
const shared: { readonly writer: CborWriter } = { writer: new CborWriter() };

/**
 * The value of an encoding. Throws SchemaError or CborError for everything that `encode` would not have written: since the reader
 * accepts one spelling only, what it accepts re-encodes to the same bytes. Byte strings are views into the input.
 */
export function decode<T>(schema: Schema<T>, encoding: Uint8Array): T {
  const reader = new CborReader(encoding);
  const value = schema.read(reader);
  reader.end();
  return value;
}
