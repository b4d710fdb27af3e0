// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitString, integer, nullValue, oid, sequence } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import { encodePublicKey, keyIdentifier, keyKindOf, parsePublicKey, type PublicKey, publicKeyBits } from '../../x509/index.ts';
import { generateKey, sha256, TEST_KEY_KINDS } from '../pki/keys.ts';

test('keys of every kind come back byte for byte', () => {
  for (const kind of TEST_KEY_KINDS) {
    const { spki } = generateKey(kind);
    const key = parsePublicKey(spki);
    assert.equal(toHex(encodePublicKey(key)), toHex(spki), kind);
    assert.equal(toHex(keyIdentifier(spki, sha256)), toHex(sha256(publicKeyBits(spki)).subarray(0, 20)));
  }
});

test('the kind says curve and size', () => {
  assert.deepEqual(keyKindOf(parsePublicKey(generateKey('p384').spki)), { kind: 'ec', curve: 'P-384' });
  assert.deepEqual(keyKindOf(parsePublicKey(generateKey('rsa-pss').spki)), { kind: 'rsa', modulusBits: 2048 });
  assert.deepEqual(keyKindOf(parsePublicKey(generateKey('ml-dsa-65').spki)), { kind: 'ml-dsa-65' });
});

test('keys in other forms are refused', () => {
  const p256 = concat(Uint8Array.of(4), new Uint8Array(64));
  const modulus = new Uint8Array(384).fill(0xff);
  const bad: readonly PublicKey[] = [
    { kind: 'ec', curve: 'P-256', point: concat(Uint8Array.of(2), new Uint8Array(32)) },
    { kind: 'ec', curve: 'P-384', point: p256 },
    { kind: 'rsa', modulus, exponent: Uint8Array.of(3) },
    { kind: 'rsa', modulus, exponent: Uint8Array.of(1, 0, 0) },
    { kind: 'rsa', modulus, exponent: new Uint8Array(33).fill(0xff) },
    { kind: 'rsa', modulus: new Uint8Array(384).fill(0xfe), exponent: Uint8Array.of(1, 0, 1) },
    { kind: 'rsa', modulus: new Uint8Array(64).fill(0xff), exponent: Uint8Array.of(1, 0, 1) },
    { kind: 'ed25519', key: new Uint8Array(31) },
    { kind: 'ml-dsa-65', key: new Uint8Array(1951) },
  ];
  for (const key of bad) assert.throws(() => encodePublicKey(key), { code: 'x509_key_not_supported' });
});

test('key types and parameters that the house does not have are refused', () => {
  const bits = bitString(concat(Uint8Array.of(4), new Uint8Array(64)));
  const bad: readonly Uint8Array[] = [
    sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.3.132.0.10')), bits),
    sequence(sequence(oid('1.2.840.10045.2.1')), bits),
    sequence(sequence(oid('1.2.840.10040.4.1')), bits),
    sequence(sequence(oid('1.3.101.112'), nullValue()), bitString(new Uint8Array(32))),
    sequence(sequence(oid('1.2.840.113549.1.1.1')), bitString(sequence(integer(new Uint8Array(384).fill(0xff)), integer(65_537)))),
  ];
  for (const spki of bad) assert.throws(() => parsePublicKey(spki), { code: 'x509_key_not_supported' });
  assert.throws(() => parsePublicKey(concat(generateKey('p256').spki, Uint8Array.of(0))), { code: 'asn1_trailing' });
});
