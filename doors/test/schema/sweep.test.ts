// SPDX-License-Identifier: Apache-2.0
// Every message, body and statement there is, from the tables: written as another library writes it, and refused with any field missing, added, exchanged or bent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cborg from 'cborg';
import fc from 'fast-check';
import { CborError } from '@sigillo/standards/cbor';
import { decode, encode, type Schema, SchemaError, type Shape } from '@sigillo/doors/schema';
import { foreignTo, keyed, schemas, valuesFor } from '../values.ts';

const isRefusal = (error: unknown): boolean => error instanceof SchemaError || error instanceof CborError;
const cbor = (value: unknown): Uint8Array => cborg.encode(value, cborg.rfc8949EncodeOptions);
const sample = (schema: Schema<unknown>): Readonly<Record<string, unknown>> => fc.sample(valuesFor(schema), { numRuns: 1, seed: 7 })[0] as Readonly<Record<string, unknown>>;

test('all tables are here', () => {
  const names = schemas.map(([name]) => name);
  for (const name of ['sap intentBody', 'sap orderStatement', 'crypto-module ticketBody', 'frame request', 'sam execute request', 'ca issue answer']) assert.ok(names.includes(name), name);
});

for (const [name, schema] of schemas) {
  const { shape } = schema;
  assert.ok(shape.kind === 'map');

  test(`${name}: one encoding, the one that another library writes`, () => {
    fc.assert(
      fc.property(valuesFor(schema), (value) => {
        const encoding = encode(schema, value);
        assert.deepEqual(Buffer.from(encoding), Buffer.from(cbor(keyed(shape, value))));
        assert.deepEqual(encode(schema, decode(schema, encoding)), encoding);
      }),
      { numRuns: 10 },
    );
  });

  test(`${name}: closed`, () => {
    const value = sample(schema);
    const fields = keyed(shape, value) as ReadonlyMap<number, unknown>;
    const unknownKey = Math.max(0, ...shape.fields.map(({ key }) => key)) + 1;
    assert.throws(() => decode(schema, cbor(new Map([...fields, [unknownKey, 0]]))), isRefusal);
    assert.throws(() => encode(schema, { ...value, other: 0 }), { code: 'schema_unknown_field' });
    assert.throws(() => decode(schema, Buffer.concat([encode(schema, value), Buffer.of(0)])), { code: 'cbor_trailing' });
    assert.throws(() => decode(schema, new Uint8Array(0)), { code: 'cbor_truncated' });
    for (const [i, field] of shape.fields.entries()) {
      const { [field.name]: _, ...rest } = value;
      assert.throws(() => encode(schema, rest), { code: 'schema_missing_field' }, field.name);
      if (field.sparse === true) assert.throws(() => decode(schema, cbor(new Map(fields).set(field.key, null))), isRefusal, field.name);
      else assert.throws(() => decode(schema, cbor(new Map([...fields].toSpliced(i, 1)))), isRefusal, field.name);
      assert.throws(() => decode(schema, cbor(new Map(fields).set(field.key, foreignTo(field.of)))), isRefusal, field.name);
      assert.throws(() => encode(schema, { ...value, [field.name]: foreignTo(field.of) }), isRefusal, field.name);
      for (const [outside, code] of beyond(field.of)) {
        assert.throws(() => decode(schema, cbor(new Map(fields).set(field.key, outside))), { code }, field.name);
      }
    }
  });

  test(`${name}: a bent byte is refused, or says something else in its one spelling`, () => {
    const encoding = encode(schema, sample(schema));
    for (let at = 0; at < encoding.length; at++) {
      for (const bit of [1, 0x20, 0x80]) {
        const bent = Uint8Array.from(encoding);
        bent[at]! ^= bit;
        try {
          assert.deepEqual(encode(schema, decode(schema, bent)), bent);
        } catch (error) {
          if (!isRefusal(error)) throw error;
        }
      }
    }
  });
}

/** Values just outside the limits, with the code that refuses them. */
function beyond(shape: Shape): readonly (readonly [unknown, string])[] {
  switch (shape.kind) {
    case 'bytes': {
      const tooLong = [new Uint8Array(shape.max + 1), 'cbor_too_large'] as const;
      return shape.min === 0 ? [tooLong] : [tooLong, [new Uint8Array(shape.min - 1), 'schema_length']];
    }
    case 'text':
      return [['x'.repeat(shape.max + 1), 'cbor_too_large']];
    case 'uint':
      return shape.max === Number.MAX_SAFE_INTEGER ? [] : [[shape.max + 1, 'schema_range']];
    case 'one of':
      return [['?', 'schema_value']];
    case 'exactly':
      return [[typeof shape.value === 'number' ? shape.value + 1 : `${shape.value}x`, 'schema_value']];
    case 'array':
      return [[Array.from({ length: shape.max + 1 }, () => 0), 'cbor_too_large']];
    case 'nullable':
      return beyond(shape.of);
    case 'boolean':
    case 'map':
      return [];
  }
}
