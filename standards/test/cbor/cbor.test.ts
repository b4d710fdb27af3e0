// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cborg from 'cborg';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../../bytes/index.ts';
import { CborError, type CborErrorCode, CborReader, CborWriter } from '../../cbor/index.ts';

type Value = number | Uint8Array | string | boolean | null | readonly Value[] | ReadonlyMap<number, Value>;

const written = (value: Value): Uint8Array => {
  const writer = new CborWriter();
  write(writer, value);
  return writer.finish();
};
const read = (bytes: Uint8Array): Value => {
  const reader = new CborReader(bytes);
  const value = take(reader);
  reader.end();
  return value;
};
const refused = (hex: string, code: CborErrorCode): void => {
  assert.throws(() => read(fromHex(hex)), (error) => error instanceof CborError && error.code === code, `${hex} ${code}`);
};

// RFC 8949 appendix A, the rows whose kinds we have.
const PUBLISHED: readonly (readonly [Value, string])[] = [
  [0, '00'], [1, '01'], [10, '0a'], [23, '17'], [24, '1818'], [25, '1819'], [100, '1864'], [1000, '1903e8'], [1_000_000, '1a000f4240'], [1_000_000_000_000, '1b000000e8d4a51000'],
  [false, 'f4'], [true, 'f5'], [null, 'f6'],
  [new Uint8Array(0), '40'], [Uint8Array.of(1, 2, 3, 4), '4401020304'],
  ['', '60'], ['a', '6161'], ['IETF', '6449455446'], ['"\\', '62225c'], ['\u00fc', '62c3bc'], ['\u6c34', '63e6b0b4'], ['\u{10151}', '64f0908591'],
  [[], '80'], [[1, 2, 3], '83010203'], [[1, [2, 3], [4, 5]], '8301820203820405'],
  [Array.from({ length: 25 }, (_, i) => i + 1), '98190102030405060708090a0b0c0d0e0f101112131415161718181819'],
  [new Map(), 'a0'], [new Map([[1, 2], [3, 4]]), 'a201020304'],
];
for (const [value, hex] of PUBLISHED) {
  test(`RFC 8949 appendix A: ${hex}`, () => {
    assert.equal(toHex(written(value)), hex);
    assert.deepEqual(read(fromHex(hex)), value);
  });
}

// Every other row of that appendix is something that we refuse.
for (const hex of ['20', '3863', '1bffffffffffffffff', 'f90000', 'fb3ff199999999999a', 'f7', 'f0', 'f8ff', 'c074323031332d30332d32315432303a30343a30305a', 'd74401020304', '3bffffffffffffffff', 'c249010000000000000000']) {
  test(`not ours: ${hex}`, () => assert.throws(() => read(fromHex(hex)), CborError));
}

test('lengths and numbers in their shortest form only', () => {
  for (const hex of ['1800', '1817', '190000', '1900ff', '1a00000000', '1a0000ffff', '1b0000000000000000', '1b00000000ffffffff', '5800', '5817', '7800', '9800', 'b800', 'b80000']) refused(hex, 'cbor_not_shortest');
});

test('no indefinite lengths', () => {
  for (const hex of ['5f42010243030405ff', '7f657374726561646d696e67ff', '9fff', 'bfff', '9f01ff', 'bf6161019fff']) refused(hex, 'cbor_indefinite');
});

test('map keys ascend and occur once', () => {
  refused('a203000100', 'cbor_keys_not_sorted');
  refused('a201000100', 'cbor_keys_not_sorted');
  refused('a2182000170001', 'cbor_keys_not_sorted');
  refused('a1616100', 'cbor_unexpected');
  refused('a12000', 'cbor_unexpected');
});

test('text is NFC and UTF-8', () => {
  refused('6365cc81', 'cbor_not_nfc');
  refused('62c328', 'cbor_not_utf8');
  refused('63eda080', 'cbor_not_utf8');
  for (const text of ['e\u0301', '\ud800', '\u212b']) assert.throws(() => written(text), (error) => error instanceof CborError && error.code === 'cbor_not_nfc');
});

test('nothing is missing and nothing follows', () => {
  for (const hex of ['', '18', '19ff', '41', '6261', '82', '8201', 'a1', 'a101', '1b00000000000000']) refused(hex, 'cbor_truncated');
  refused('0000', 'cbor_trailing');
  refused('f6f6', 'cbor_trailing');
  refused('1c', 'cbor_not_allowed');
  refused('1b0020000000000000', 'cbor_number_range');
});

test('limits hold before anything is allocated', () => {
  const limited = (hex: string, take: (reader: CborReader) => unknown): void => {
    assert.throws(() => take(new CborReader(fromHex(hex))), (error) => error instanceof CborError && error.code === 'cbor_too_large');
  };
  limited('5b001fffffffffffff', (reader) => reader.bytes(1_000_000));
  limited('7affffffff', (reader) => reader.text(1_000_000));
  limited('9affffffff', (reader) => reader.array(1000));
  limited('baffffffff', (reader) => reader.map(1000));
  assert.throws(() => new CborReader(fromHex('5affffffff')).bytes(0xffffffff), (error) => error instanceof CborError && error.code === 'cbor_truncated');
});

test('each method takes its own kind', () => {
  for (const [value] of PUBLISHED) {
    for (const kind of ['uint', 'bytes', 'text', 'array', 'map', 'boolean', 'null'] as const) {
      const reader = new CborReader(written(value));
      if (reader.peek() === kind) continue;
      assert.throws(() => reader[kind](1000), (error) => error instanceof CborError && error.code === 'cbor_unexpected');
      assert.equal(reader.offset, 0);
    }
  }
});

test('a writer refuses numbers that are none', () => {
  for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) assert.throws(() => written(value), (error) => error instanceof CborError && error.code === 'cbor_number_range');
  assert.equal(toHex(written(Number.MAX_SAFE_INTEGER)), '1b001fffffffffffff');
});

const nfc = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.normalize('NFC'));
const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.uint8Array({ maxLength: 300 }),
    nfc,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.uniqueArray(fc.tuple(fc.nat({ max: 100_000 }), tie('value')), { maxLength: 30, selector: ([key]) => key }).map((rows) => new Map(rows.toSorted(([a], [b]) => a - b))),
  ),
})).value;

test('another library writes and reads the same', () => {
  fc.assert(
    fc.property(values, (value) => {
      const ours = written(value);
      assert.equal(toHex(ours), toHex(cborg.encode(value, cborg.rfc8949EncodeOptions)));
      assert.deepEqual(cborg.decode(ours, { strict: true, useMaps: true, allowIndefinite: false }), plain(value));
      assert.equal(toHex(written(read(ours))), toHex(ours));
    }),
    { numRuns: 300 },
  );
});

test('whatever is read re-encodes to the same bytes', () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.nat({ max: 255 }), (value, at, byte) => {
      const bytes = written(value);
      bytes[at % bytes.length] = byte;
      let again: Value;
      try {
        again = read(bytes);
      } catch (error) {
        assert.ok(error instanceof CborError, String(error));
        return;
      }
      assert.equal(toHex(written(again)), toHex(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('what was finished stays as it was when the writer goes on', () => {
  const writer = new CborWriter();
  writer.bytes(new Uint8Array(1000).fill(1));
  const first = writer.finish();
  const copy = concat(first);
  writer.uint(7);
  assert.deepEqual(first, copy);
  assert.equal(writer.finish().length, first.length + 1);
});

function write(writer: CborWriter, value: Value): void {
  if (typeof value === 'number') writer.uint(value);
  else if (typeof value === 'string') writer.text(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (value === null) writer.null();
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (value instanceof Map) {
    writer.map(value.size);
    for (const [key, item] of value as ReadonlyMap<number, Value>) {
      writer.uint(key);
      write(writer, item);
    }
  } else {
    writer.array((value as readonly Value[]).length);
    for (const item of value as readonly Value[]) write(writer, item);
  }
}

function take(reader: CborReader): Value {
  switch (reader.peek()) {
    case 'uint':
      return reader.uint();
    case 'bytes':
      return Uint8Array.from(reader.bytes(1_000_000));
    case 'text':
      return reader.text(1_000_000);
    case 'boolean':
      return reader.boolean();
    case 'null':
      return reader.null();
    case 'array':
      return Array.from({ length: reader.array(1000) }, () => take(reader));
    case 'map': {
      const count = reader.map(1000);
      const map = new Map<number, Value>();
      for (let i = 0, previous = -1; i < count; i++) map.set((previous = reader.key(previous)), take(reader));
      return map;
    }
  }
}

function plain(value: Value): Value {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof Map) return new Map([...(value as ReadonlyMap<number, Value>)].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? (value as readonly Value[]).map(plain) : value;
}
