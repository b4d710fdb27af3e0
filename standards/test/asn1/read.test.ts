// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as asn1 from '../../asn1/index.ts';
import { concat, fromHex, toHex } from '../../bytes/index.ts';

/** Each is BER, or near it, and not DER. */
const NOT_DER: readonly (readonly [string, string])[] = [
  ['length in two octets where one does', '04810100'],
  ['length with a leading zero', '0482000100'],
  ['indefinite length', '308005000000'],
  ['constructed OCTET STRING', '2403040100'],
  ['INTEGER with a needless zero', '02020001'],
  ['INTEGER with needless ones', '0202ff80'],
  ['INTEGER without octets', '0200'],
  ['ENUMERATED with a needless zero', '0a020001'],
  ['BOOLEAN true that is not ff', '010101'],
  ['BOOLEAN of two octets', '0102ffff'],
  ['NULL with a value', '050100'],
  ['BIT STRING with unused bits set', '03020181'],
  ['BIT STRING of nothing but unused bits', '030107'],
  ['BIT STRING with nine unused bits', '03020900'],
  ['BIT STRING without octets', '0300'],
  ['OBJECT IDENTIFIER with a padded arc', '06032a8001'],
  ['OBJECT IDENTIFIER cut off', '06022a86'],
  ['OBJECT IDENTIFIER without octets', '0600'],
  ['UTF8String that is none', '0c01ff'],
  ['UTF8String with an overlong form', '0c02c080'],
  ['PrintableString with an at sign', '130140'],
  ['IA5String beyond seven bits', '1601ff'],
  ['NumericString with a letter', '120141'],
  ['BMPString of three octets', '1e03004100'],
  ['UTCTime without seconds', '170b323631313231303930355a'],
  ['UTCTime with an offset', '17113236313132313039303530302b30303030'],
  ['UTCTime in February 30', '170d3236303233303039303530305a'],
  ['GeneralizedTime without Z', '180e3230323631313231303930353030'],
  ['GeneralizedTime with a zero at the end', '181232303236313132313039303530302e31305a'],
  ['GeneralizedTime with a comma', '181132303236313132313039303530302c315a'],
  ['GeneralizedTime at 24:00', '180f32303236313132313234303030305a'],
  ['SET OF out of order', '3106020102020101'],
  ['a type of no structure here', '0901ff'],
  ['a tag number above 30', '1f2000'],
  ['an application tag', '4100'],
  ['an inner length beyond the outer', '30030202010203'],
  ['an inner element cut off', '3003020201'],
];

test('what is not DER is refused', () => {
  for (const [why, hex] of NOT_DER) assert.throws(() => asn1.readDer(fromHex(hex)).any(), asn1.Asn1Error, why);
});

test('the same inside a sequence, where only the reader itself can see it', () => {
  for (const [why, hex] of NOT_DER) {
    assert.throws(
      () =>
        asn1
          .readDer(asn1.element(asn1.TAG.sequence, fromHex(hex)))
          .sequence()
          .any(),
      asn1.Asn1Error,
      why,
    );
  }
});

test('truncated and trailing bytes are named, wherever the cut is', () => {
  const whole = asn1.sequence(asn1.integer(5), asn1.sequence(asn1.oid('1.2.3'), asn1.utf8String('text')), asn1.setOf(asn1.boolean(true)));
  asn1.readDer(whole);
  for (let end = 0; end < whole.length; end++) assert.throws(() => asn1.readDer(whole.subarray(0, end)), { code: 'asn1_truncated' });
  assert.throws(() => asn1.readDer(concat(whole, Uint8Array.of(0))), { code: 'asn1_trailing', offset: whole.length });
});

test('size, depth and count are bounded', () => {
  assert.throws(() => asn1.readDer(asn1.octetString(new Uint8Array(100)), { sizeBytesMax: 100 }), { code: 'asn1_too_large' });
  let deep: Uint8Array = asn1.nullValue();
  for (let i = 0; i < 30; i++) deep = asn1.sequence(deep);
  assert.throws(() => asn1.readDer(deep), { code: 'asn1_too_large' });
  asn1.readDer(deep, { depthMax: 30 });
  const wide = asn1.sequence(...Array.from({ length: 200 }, () => asn1.nullValue()));
  assert.throws(() => asn1.readDer(wide, { elementsMax: 200 }), { code: 'asn1_too_large' });
  asn1.readDer(wide, { elementsMax: 201 });
});

test('a very deep nest ends quickly, without exhausting the stack', () => {
  const bomb = new Uint8Array(200_000).fill(0x30);
  for (let i = 1; i < bomb.length; i += 2) bomb[i] = 0x80;
  assert.throws(() => asn1.readDer(bomb), asn1.Asn1Error);
  assert.throws(() => asn1.readBer(bomb), asn1.Asn1Error);
});

test('octet and bit strings are not searched for structures', () => {
  const inner = fromHex('3080');
  assert.equal(toHex(asn1.readDer(asn1.octetString(inner)).octetString()), '3080');
  assert.equal(toHex(asn1.readDer(asn1.bitString(inner)).bitString()), '3080');
});

test('the typed reader names where something else stands', () => {
  const fields = asn1.readDer(asn1.sequence(asn1.integer(5), asn1.oid('1.2.3'))).sequence();
  assert.throws(() => fields.oid(), { code: 'asn1_unexpected', offset: 2 });
  assert.equal(fields.integer(), 5);
  assert.throws(() => fields.integer(), { code: 'asn1_unexpected', offset: 5 });
  assert.throws(() => fields.end(), { code: 'asn1_unexpected', offset: 5 });
  assert.equal(fields.oid(), '1.2.3');
  fields.end();
  assert.throws(() => fields.any(), { code: 'asn1_unexpected', offset: 9 });
});

test('numbers: negative ones and large ones are refused where small ones are meant', () => {
  assert.throws(() => asn1.readDer(fromHex('0201ff')).integer(), { code: 'asn1_number_range' });
  assert.throws(() => asn1.readDer(asn1.integer(1n << 60n)).integer(), { code: 'asn1_number_range' });
  assert.throws(() => asn1.readDer(asn1.integer(11)).integer(10), { code: 'asn1_number_range' });
  assert.throws(() => asn1.readDer(asn1.enumerated(11)).enumerated(10), { code: 'asn1_number_range' });
  assert.throws(() => asn1.readDer(fromHex('0a01ff')).enumerated(10), { code: 'asn1_number_range' });
  assert.equal(asn1.readDer(asn1.integer(2 ** 53 - 1)).integer(), 2 ** 53 - 1);
});

test('a default that is spelt out is refused', () => {
  const read = (bytes: Uint8Array): boolean => asn1.readDer(bytes).sequence().defaultFalse();
  assert.deepEqual([read(asn1.sequence()), read(asn1.sequence(asn1.boolean(true)))], [false, true]);
  assert.throws(() => read(asn1.sequence(asn1.boolean(false))), { code: 'asn1_not_der', offset: 2 });
});

test('views handed out are plain bytes of the input', () => {
  const input = Buffer.from(asn1.octetString(Uint8Array.of(1, 2)));
  const octets = asn1.readDer(input).octetString();
  assert.equal(Object.getPrototypeOf(octets), Uint8Array.prototype);
  assert.equal(octets.buffer, input.buffer);
});

test('an implicit tag hides no second spelling', () => {
  const padded = asn1.sequence(fromHex('80020001'));
  assert.throws(() => asn1.readDer(padded).sequence().implicit(0, asn1.TAG.integer), { code: 'asn1_not_der', offset: 2 });
  const unsorted = asn1.sequence(fromHex('a006020102020101'));
  assert.throws(() => asn1.readDer(unsorted).sequence().implicit(0, asn1.TAG.set), { code: 'asn1_not_der' });
  assert.equal(
    asn1
      .readDer(asn1.sequence(asn1.implicit(0, asn1.integer(300))))
      .sequence()
      .implicit(0, asn1.TAG.integer)
      .integer(),
    300,
  );
});

test('named bits with a zero at the end are refused, bit strings with unused bits where octets are meant', () => {
  assert.throws(() => asn1.readDer(fromHex('03020080')).namedBits(), { code: 'asn1_not_der' });
  assert.throws(() => asn1.readDer(fromHex('03020780')).bitString(), { code: 'asn1_unexpected' });
});

test('string types of other people’s names are read', () => {
  assert.equal(asn1.readDer(fromHex('1e04304230443046'.slice(0, 12))).text(), 'あい');
  assert.equal(asn1.readDer(fromHex('1c040001f600')).text(), '😀');
  assert.equal(asn1.readDer(fromHex('1401e9')).text(), 'é');
  assert.throws(() => asn1.readDer(fromHex('1c04ffffffff')).text(), { code: 'asn1_bad_text' });
  assert.throws(() => asn1.readDer(asn1.octetString(Uint8Array.of(65))).text(), { code: 'asn1_unexpected' });
});

test('BER is read where it is asked for: indefinite lengths and strings in pieces', () => {
  const fields = asn1.readBer(fromHex('3080248004016124030401620000020200010000')).sequence();
  assert.equal(Buffer.from(fields.octetString()).toString(), 'ab');
  assert.equal(fields.integer(), 1);
  fields.end();
  assert.throws(() => asn1.readBer(fromHex('3080050000')), asn1.Asn1Error);
  assert.throws(() => asn1.readBer(fromHex('050000')), { code: 'asn1_trailing' });
});

test('a constructed string type, in which the library finds no elements, is refused', () => {
  assert.throws(() => asn1.readBer(fromHex('32021200')), { code: 'asn1_malformed', offset: 2 });
});

test('whatever bytes come, the reader answers with a tree that covers them or with an Asn1Error', () => {
  const seed = asn1.sequence(
    asn1.integer(5),
    asn1.explicit(0, asn1.oid('1.2.840.10045.4.3.2'), asn1.nullValue()),
    asn1.setOf(asn1.utf8String('text'), asn1.boolean(true)),
    asn1.time(0),
  );
  const change = fc.tuple(fc.nat(seed.length - 1), fc.nat(255));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => changed(seed, changes)),
      ),
      (bytes) => {
        for (const read of [asn1.readDer, asn1.readBer]) {
          try {
            assert.equal(covered(read(bytes).any()), bytes.length);
          } catch (error) {
            assert.ok(error instanceof asn1.Asn1Error, String(error));
          }
        }
      },
    ),
    { numRuns: 1500 },
  );
});

function changed(seed: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(seed);
  for (const [at, octet] of changes) copy[at] = octet;
  return copy;
}

function covered(item: asn1.Asn1Element): number {
  if (item.children.length > 0)
    assert.equal(
      item.children.reduce((sum, child) => sum + covered(child), 0),
      item.content.length,
    );
  return item.encoded.length;
}
