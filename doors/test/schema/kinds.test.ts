// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, boolean, bytes, bytesUpTo, decode, describe, encode, exactly, map, nullable, oneOf, SchemaError, text, uint, type Schema, type SchemaErrorCode } from '@sigillo/doors/schema';

const refused = <T>(schema: Schema<T>, value: unknown, code: SchemaErrorCode, path: string = ''): void => {
  assert.throws(() => encode(schema, value as T), (error) => error instanceof SchemaError && error.code === code && error.path === path);
};

test('limits are exact', () => {
  assert.equal(decode(uint(10), encode(uint(10), 10)), 10);
  refused(uint(10), 11, 'schema_range');
  refused(uint(), -1, 'schema_range');
  refused(uint(), 1.5, 'schema_range');
  assert.deepEqual(encode(bytesUpTo(2, 1), Uint8Array.of(1, 2)), Uint8Array.of(0x42, 1, 2));
  refused(bytesUpTo(2, 1), new Uint8Array(3), 'schema_length');
  refused(bytesUpTo(2, 1), new Uint8Array(0), 'schema_length');
  refused(bytes(2), 'ab', 'schema_value');
  refused(bytes(2), [1, 2], 'schema_value');
  refused(array(uint(), 2), [1, 2, 3], 'schema_length');
  refused(array(uint(), 2), { length: 1, 0: 1 }, 'schema_value');
});

test('a text is measured in bytes of UTF-8', () => {
  assert.equal(decode(text(6), encode(text(6), '署名')), '署名');
  refused(text(5), '署名', 'schema_length');
  refused(text(2), 'abc', 'schema_length');
  refused(text(2), 1, 'schema_value');
});

test('one of a few, exactly one, or nothing', () => {
  assert.equal(decode(oneOf('a', 'b'), encode(oneOf('a', 'b'), 'b')), 'b');
  refused(oneOf('a', 'b'), 'c', 'schema_value');
  assert.equal(decode(exactly(1), encode(exactly(1), 1)), 1);
  refused(exactly(1), 2, 'schema_value');
  refused(exactly('sign'), 'enrol', 'schema_value');
  assert.equal(decode(nullable(boolean()), encode(nullable(boolean()), null)), null);
  refused(nullable(boolean()), undefined, 'schema_value');
});

test('a refusal names the field and never its content', () => {
  const schema = map({ outer: { key: 1, of: array(map({ inner: { key: 1, of: text(3), what: '' } }), 9), what: '' } });
  refused(schema, { outer: [{ inner: 'abc' }, { inner: 'secret' }] }, 'schema_length', '.outer[1].inner');
  assert.throws(() => encode(schema, { outer: [{ inner: 'secret' }] }), (error) => error instanceof Error && !error.message.includes('secret'));
});

test('inherited members are not fields', () => {
  const schema = map({ toString: { key: 1, of: uint(), what: '' } });
  assert.throws(() => encode(schema, {} as { readonly toString: never }), SchemaError);
});

test('a table whose keys do not ascend is no table', () => {
  assert.throws(() => map({ b: { key: 2, of: uint(), what: '' }, a: { key: 1, of: uint(), what: '' } }), { code: 'schema_field_order' });
  assert.throws(() => map({ b: { key: 1, of: uint(), what: '' }, a: { key: 1, of: uint(), what: '' } }), { code: 'schema_field_order' });
});

test('a table describes itself', () => {
  const schema = map({
    id: { key: 1, of: bytes(16), what: 'which' },
    names: { key: 2, of: array(text(9), 3), what: 'called' },
    level: { key: 4, of: nullable(oneOf('low', 'high')), what: 'how strong' },
    count: { key: 5, of: uint(7), what: 'how many' },
  });
  assert.deepEqual(describe(schema).split('\n'), [
    '| # | field | kind | meaning |',
    '|---|---|---|---|',
    '| 1 | `id` | 16 bytes | which |',
    '| 2 | `names` | array of ≤ 3: text ≤ 9 bytes | called |',
    '| 4 | `level` | "low" or "high", or null | how strong |',
    '| 5 | `count` | uint ≤ 7 | how many |',
  ]);
});

test('the length of a text counts in UTF-8', () => {
  const nine = text(9);
  for (const [value, fits] of [
    ['a'.repeat(9), true],
    ['a'.repeat(10), false],
    ['ééééa', true],
    ['ééééé', false],
    ['日本語', true],
    ['日本語a', false],
    ['𝄞𝄞a', true],
    ['𝄞𝄞é', false],
  ] as const) {
    if (fits) assert.equal(decode(nine, encode(nine, value)), value);
    else assert.throws(() => encode(nine, value), { code: 'schema_length' });
  }
});
