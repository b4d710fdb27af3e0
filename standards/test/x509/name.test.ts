// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Name as PeculiarName } from '../pki/peculiar.ts';
import fc from 'fast-check';
import { ia5String, oid, printableString, sequence, setOf, utf8String } from '../../asn1/index.ts';
import { toHex } from '../../bytes/index.ts';
import { type AttributeType, encodeName, type NameAttribute, nameToString, nameValues, parseName, sameName } from '../../x509/index.ts';

const SIGNER: readonly NameAttribute[] = [
  { type: 'countryName', value: 'JP' },
  { type: 'organizationName', value: 'Trial, identity not verified' },
  { type: 'commonName', value: '山田 太郎' },
  { type: 'givenName', value: '太郎' },
  { type: 'surname', value: '山田' },
  { type: 'serialNumber', value: 'SIG-0123456789' },
];

test('a name comes back, attribute by attribute', () => {
  const name = parseName(encodeName(SIGNER));
  assert.deepEqual(
    name.rdns.map(([attribute]) => ({ type: attribute!.type, value: attribute!.value })),
    SIGNER,
  );
  assert.deepEqual(nameValues(name, 'surname'), ['山田']);
  assert.ok(sameName(name, parseName(encodeName(SIGNER))));
  assert.ok(!sameName(name, parseName(encodeName(SIGNER.slice(1)))));
});

test('string types: country and serial number printable, everything else UTF-8', () => {
  const tags = parseName(encodeName(SIGNER)).rdns.map(([attribute]) => attribute!.encodedValue[0]);
  assert.deepEqual(tags, [0x13, 0x0c, 0x0c, 0x0c, 0x0c, 0x13]);
});

test('RFC 4514: reversed, keywords of section 3, everything else as dotted identifier and hexadecimal value', () => {
  const text = nameToString(parseName(encodeName(SIGNER)));
  const hex = (value: Uint8Array): string => toHex(value);
  assert.equal(
    text,
    [
      `2.5.4.5=#${hex(printableString('SIG-0123456789'))}`,
      `2.5.4.4=#${hex(utf8String('山田'))}`,
      `2.5.4.42=#${hex(utf8String('太郎'))}`,
      'CN=山田 太郎',
      String.raw`O=Trial\, identity not verified`,
      'C=JP',
    ].join(','),
  );
});

test('RFC 4514: what would be read otherwise is escaped, and several values of one RDN are joined', () => {
  const value = String.raw` #a+b"c;d<e>f\g,h=i `;
  const encoded = sequence(setOf(sequence(oid('2.5.4.10'), utf8String(value)), sequence(oid('2.5.4.3'), utf8String('#x'))));
  assert.equal(nameToString(parseName(encoded)), String.raw`CN=\#x+O=\20#a\+b\"c\;d\<e\>f\5Cg\,h=i\20`);
});

test('the string is read back as the same name by another library', () => {
  // That library trims spaces and loses an escaped backslash, so neither is among the values.
  const value = fc
    .string({ unit: fc.constantFrom(...Array.from('aB7 ,+"<>;=#é山😀-/.')), minLength: 1, maxLength: 20 })
    .filter((text) => text.trim() === text);
  fc.assert(
    fc.property(value, value, (organizationName, commonName) => {
      const name = parseName(
        encodeName([
          { type: 'organizationName', value: organizationName },
          { type: 'commonName', value: commonName },
        ]),
      );
      const reversed = new PeculiarName(nameToString(name)).toJSON();
      assert.deepEqual(
        reversed.map((rdn) => Object.values(rdn)[0]![0]),
        [commonName, organizationName],
      );
    }),
  );
});

test('values that a name may not have are refused', () => {
  const bad: readonly (readonly [AttributeType, string])[] = [
    ['countryName', 'jp'],
    ['countryName', 'JPN'],
    ['countryName', 'J1'],
    ['commonName', ''],
    ['commonName', 'x'.repeat(65)],
    ['commonName', 'line\nbreak'],
    ['commonName', 'half \ud800'],
    ['commonName', 'null\u0000'],
    ['serialNumber', '番号'],
    ['serialNumber', 'a@b'],
    ['pseudonym', 'x'.repeat(129)],
  ];
  for (const [type, value] of bad)
    assert.throws(() => encodeName([{ type, value }]), { code: 'x509_name' }, `${type} ${JSON.stringify(value)}`);
  encodeName([{ type: 'commonName', value: '😀'.repeat(64) }]);
});

test('names that are not whole are refused', () => {
  assert.throws(() => parseName(sequence(setOf())), { code: 'x509_name' });
  assert.throws(() => parseName(sequence(setOf(sequence(oid('2.5.4.3'))))), { code: 'asn1_unexpected' });
  assert.throws(() => parseName(sequence(setOf(sequence(oid('2.5.4.3'), utf8String('a'), utf8String('b'))))), { code: 'asn1_unexpected' });
  assert.throws(() => parseName(sequence(sequence(oid('2.5.4.3'), utf8String('a')))), { code: 'asn1_unexpected' });
});

test('attributes that are not in the table are carried', () => {
  const name = parseName(sequence(setOf(sequence(oid('1.2.840.113549.1.9.1'), ia5String('a@b.example')))));
  assert.equal(name.rdns[0]![0]!.type, null);
  assert.equal(nameToString(name), `1.2.840.113549.1.9.1=#${toHex(ia5String('a@b.example'))}`);
  assert.equal(nameToString(parseName(sequence())), '');
});
