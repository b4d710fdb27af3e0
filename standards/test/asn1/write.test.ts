// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import * as asn1 from '../../asn1/index.ts';
import { compareBytes, fromHex, toHex } from '../../bytes/index.ts';

function library<T extends asn1js.BaseBlock>(der: Uint8Array, type: new () => T): T {
  const { offset, result } = asn1js.fromBER(der);
  assert.equal(offset, der.length, result.error);
  assert.ok(result instanceof type);
  return result;
}

test('integers: the library reads the same number, and writes the same bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (value) => {
      const der = asn1.integer(value);
      assert.equal(library(der, asn1js.Integer).toBigInt(), value);
      assert.equal(toHex(der), toHex(new Uint8Array(asn1js.Integer.fromBigInt(value).toBER())));
      assert.equal(toHex(asn1.integer(fromHex(evenHex(value)))), toHex(der));
    }),
  );
});

test('integers refuse what is negative or not exact', () => {
  for (const value of [-1, -1n, 1.5, Number.NaN, 2 ** 53]) assert.throws(() => asn1.integer(value), { code: 'asn1_number_range' });
});

test('object identifiers: the library reads and writes the same', () => {
  const arc = fc.oneof(fc.nat(200), fc.nat(), fc.bigInt({ min: 0n, max: (1n << 52n) - 1n }));
  fc.assert(
    fc.property(fc.nat(2), fc.nat(39), fc.array(arc, { maxLength: 7 }), (first, second, rest) => {
      const dotted = [first, second, ...rest].join('.');
      const der = asn1.oid(dotted);
      assert.equal(library(der, asn1js.ObjectIdentifier).getValue(), dotted);
      assert.equal(asn1.readDer(der).oid(), dotted);
    }),
  );
});

test('object identifiers above 2.39 and beyond 2^64 come back as they were', () => {
  for (const dotted of ['2.999.3', '2.100', '2.25.329800735698586629295641978511506172918', '0.4.0.1862.1.1', '1.39']) {
    assert.equal(asn1.readDer(asn1.oid(dotted)).oid(), dotted);
  }
});

test('object identifiers have one spelling', () => {
  for (const dotted of ['', '1', '3.1', '1.40', '1.2.', '1..2', '1.02', '1.-2', ' 1.2', '1.2.a', `1.2${'.1'.repeat(90)}`]) {
    assert.throws(() => asn1.oid(dotted), asn1.Asn1Error, dotted);
  }
});

test('strings and bit strings: the library reads the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 }), (bytes, text) => {
      assert.deepEqual(new Uint8Array(library(asn1.octetString(bytes), asn1js.OctetString).getValue()), bytes);
      const bits = library(asn1.bitString(bytes), asn1js.BitString).valueBlock;
      assert.deepEqual([bits.unusedBits, new Uint8Array(bits.valueHexView)], [0, bytes]);
      if (text.isWellFormed()) assert.equal(library(asn1.utf8String(text), asn1js.Utf8String).getValue(), text);
      else assert.throws(() => asn1.utf8String(text), { code: 'asn1_bad_text' });
    }),
  );
});

test('printable and IA5 strings refuse other characters', () => {
  assert.equal(toHex(asn1.printableString("A z09'()+,-./:=?")), `1310${Buffer.from("A z09'()+,-./:=?").toString('hex')}`);
  for (const text of ['a@b', 'a_b', 'a*b', 'ä', 'a&b', 'a\u0000'])
    assert.throws(() => asn1.printableString(text), { code: 'asn1_bad_text' });
  assert.throws(() => asn1.ia5String('é'), { code: 'asn1_bad_text' });
  assert.equal(toHex(asn1.ia5String('a@b')), '1603614062');
});

test('lengths take the shortest form on both sides of every border', () => {
  for (const length of [0, 127, 128, 255, 256, 65_535, 65_536, 0x100_0000]) {
    const der = asn1.octetString(new Uint8Array(length));
    assert.equal(asn1.elementLength(der), der.length);
    assert.equal(library(der, asn1js.OctetString).getValue().byteLength, length);
    assert.equal(
      toHex(der.subarray(0, der.length - length)),
      toHex(Buffer.from(new asn1js.OctetString({ valueHex: new ArrayBuffer(length) }).toBER()).subarray(0, der.length - length)),
    );
  }
});

test('sets are sorted by their encodings', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 8 }), (values) => {
      const items = values.map((value) => asn1.octetString(value));
      const der = asn1.setOf(...items);
      const children = library(der, asn1js.Set).valueBlock.value.map((child) => new Uint8Array(child.valueBeforeDecodeView));
      assert.deepEqual(children, children.toSorted(compareBytes));
      assert.equal(asn1.readDer(der).set().left, items.length);
    }),
  );
});

test('times: the calendar agrees with the runtime, and both types come back', () => {
  const range = { min: Date.UTC(100, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
  fc.assert(
    fc.property(fc.integer(range), (timeMs) => {
      const iso = new Date(timeMs).toISOString();
      const digits = iso.replaceAll(/[-:T]/g, '').slice(0, 14);
      const general = asn1.generalizedTime(timeMs);
      assert.equal(Buffer.from(general.subarray(2)).toString(), `${digits}Z`);
      assert.equal(asn1.readDer(general).generalizedTimeMs(), Math.floor(timeMs / 1000) * 1000);
      assert.equal(asn1.readDer(asn1.generalizedTimeExact(timeMs)).generalizedTimeMs(), timeMs);
    }),
  );
});

test('RFC 5280: UTCTime through 2049, GeneralizedTime from 2050', () => {
  const last = asn1.time(Date.UTC(2049, 11, 31, 23, 59, 59));
  const first = asn1.time(Date.UTC(2050, 0, 1));
  assert.equal(Buffer.from(last).toString('latin1'), '\u0017\r491231235959Z');
  assert.equal(Buffer.from(first).toString('latin1'), '\u0018\u000f20500101000000Z');
  assert.equal(asn1.readDer(asn1.time(Date.UTC(1950, 0, 1))).timeMs(), Date.UTC(1950, 0, 1));
  assert.throws(() => asn1.time(Date.UTC(1949, 11, 31)), { code: 'asn1_bad_time' });
  assert.throws(() => asn1.generalizedTime(Date.UTC(10_000, 0, 1)), { code: 'asn1_bad_time' });
  assert.throws(() => asn1.time(Number.NaN), { code: 'asn1_bad_time' });
});

test('fractions of a second end without zeros', () => {
  const text = (timeMs: number): string => Buffer.from(asn1.generalizedTimeExact(timeMs).subarray(2)).toString();
  const second = Date.UTC(2026, 10, 21, 9, 5, 3);
  assert.deepEqual(
    [0, 100, 120, 123, 3].map((ms) => text(second + ms).slice(14)),
    ['Z', '.1Z', '.12Z', '.123Z', '.003Z'],
  );
});

test('named bits leave trailing zeros out', () => {
  assert.equal(toHex(asn1.namedBits([])), '030100');
  assert.equal(toHex(asn1.namedBits([0])), '03020780');
  assert.equal(toHex(asn1.namedBits([1])), '03020640');
  assert.equal(toHex(asn1.namedBits([5, 6])), '03020106');
  assert.equal(toHex(asn1.namedBits([8])), '0303070080');
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30)), (numbers) => {
      assert.deepEqual(asn1.readDer(asn1.namedBits(numbers)).namedBits(), new Set(numbers.toSorted((a, b) => a - b)));
    }),
  );
});

test('tags: explicit wraps, implicit replaces and keeps the form', () => {
  assert.equal(toHex(asn1.explicit(2, asn1.nullValue())), 'a2020500');
  assert.equal(toHex(asn1.implicit(1, asn1.octetString(Uint8Array.of(7)))), '810107');
  assert.equal(toHex(asn1.implicit(1, asn1.sequence(asn1.boolean(true)))), 'a1030101ff');
});

test('raw takes exactly one element', () => {
  assert.throws(() => asn1.raw(fromHex('050000')), { code: 'asn1_trailing', offset: 2 });
  assert.throws(() => asn1.raw(fromHex('040500')), { code: 'asn1_truncated' });
  assert.throws(() => asn1.raw(fromHex('04')), { code: 'asn1_truncated' });
  assert.throws(() => asn1.raw(fromHex('048101ff')), { code: 'asn1_not_der' });
  assert.throws(() => asn1.raw(fromHex('2480')), { code: 'asn1_not_der' });
  assert.equal(asn1.raw(fromHex('0500')).length, 2);
});

function evenHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.padStart(digits.length + (digits.length % 2) + 2, '0');
}
