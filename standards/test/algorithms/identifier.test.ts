// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cmsSignatureAlgorithmOf,
  encodeDigestInfo,
  encodeHashAlgorithm,
  encodePssParameters,
  encodeSignatureAlgorithm,
  HASH_NAMES,
  hashAlgorithmOf,
  HASHES,
  parsePssParameters,
  readAlgorithmIdentifier,
  SHA2_NAMES,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmParts,
} from '../../algorithms/index.ts';
import { explicit, integer, nullValue, oid, readDer, sequence } from '../../asn1/index.ts';
import { toHex } from '../../bytes/index.ts';
import { digest } from '../pki/keys.ts';

const ALL: readonly SignatureAlgorithm[] = [
  ...SHA2_NAMES.map((hash) => ({ scheme: 'ecdsa', hash }) as const),
  ...SHA2_NAMES.map((hash) => ({ scheme: 'rsa-pkcs1', hash }) as const),
  ...HASH_NAMES.map((hash) => ({ scheme: 'rsa-pss', hash, saltBytes: HASHES[hash].lengthBytes }) as const),
  { scheme: 'ed25519' },
  { scheme: 'ml-dsa-65' },
];

test('every signature algorithm comes back from its identifier', () => {
  for (const algorithm of ALL) {
    assert.deepEqual(signatureAlgorithmOf(readAlgorithmIdentifier(readDer(encodeSignatureAlgorithm(algorithm)))), algorithm);
    assert.deepEqual(signatureAlgorithmOf(signatureAlgorithmParts(algorithm)), algorithm);
  }
});

test('every hash comes back, has the length of the table and is known to the runtime', () => {
  for (const hash of HASH_NAMES) {
    assert.equal(hashAlgorithmOf(readAlgorithmIdentifier(readDer(encodeHashAlgorithm(hash)))), hash);
    assert.equal(hashAlgorithmOf({ oid: HASHES[hash].oid, parameters: nullValue() }), hash);
    assert.equal(digest(hash, new Uint8Array(1)).length, HASHES[hash].lengthBytes);
  }
});

test('the bytes are those of RFC 5758, RFC 8410 and RFC 8017', () => {
  assert.equal(toHex(encodeSignatureAlgorithm({ scheme: 'ecdsa', hash: 'sha256' })), '300a06082a8648ce3d040302');
  assert.equal(toHex(encodeSignatureAlgorithm({ scheme: 'rsa-pkcs1', hash: 'sha256' })), '300d06092a864886f70d01010b0500');
  assert.equal(toHex(encodeSignatureAlgorithm({ scheme: 'ed25519' })), '300506032b6570');
  assert.equal(toHex(encodeDigestInfo('sha256', new Uint8Array(32))), `3031300d060960864801650304020105000420${'00'.repeat(32)}`);
  assert.throws(() => encodeDigestInfo('sha256', new Uint8Array(31)), { code: 'algorithm_parameters' });
});

test('unknown algorithms and SHA-1 are refused', () => {
  for (const type of ['1.2.840.10045.4.1', '1.2.840.113549.1.1.5', '1.2.840.113549.1.1.1', '1.2.3']) {
    assert.throws(() => signatureAlgorithmOf({ oid: type, parameters: null }), { code: 'algorithm_unknown' });
  }
  assert.throws(() => hashAlgorithmOf({ oid: '1.3.14.3.2.26', parameters: null }), { code: 'algorithm_unknown' });
});

test('parameters where none belong are refused', () => {
  for (const algorithm of ALL.filter(({ scheme }) => scheme !== 'rsa-pkcs1' && scheme !== 'rsa-pss')) {
    const { oid: type } = signatureAlgorithmParts(algorithm);
    assert.throws(() => signatureAlgorithmOf({ oid: type, parameters: nullValue() }), { code: 'algorithm_parameters' });
  }
  assert.throws(() => signatureAlgorithmOf({ oid: '1.2.840.113549.1.1.11', parameters: integer(1) }), { code: 'algorithm_parameters' });
  assert.throws(() => hashAlgorithmOf({ oid: HASHES.sha256.oid, parameters: integer(1) }), { code: 'algorithm_parameters' });
  assert.throws(() => readAlgorithmIdentifier(readDer(sequence(oid('1.2.3'), nullValue(), nullValue()))), { code: 'algorithm_parameters' });
  assert.throws(() => readAlgorithmIdentifier(readDer(sequence())), { code: 'algorithm_parameters' });
});

test('PSS: other masks, the SHA-1 defaults, the trailer and long salts are refused', () => {
  const hash = (name: 'sha256' | 'sha384'): Uint8Array => sequence(oid(HASHES[name].oid), nullValue());
  const mask = (inner: Uint8Array, type = '1.2.840.113549.1.1.8'): Uint8Array => explicit(1, sequence(oid(type), inner));
  const good = [explicit(0, hash('sha256')), mask(hash('sha256')), explicit(2, integer(32))];
  assert.deepEqual(parsePssParameters(sequence(...good)), { scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 });
  assert.equal(toHex(sequence(...good)), toHex(encodePssParameters({ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 })));
  const bad: readonly (readonly Uint8Array[])[] = [
    [],
    good.slice(0, 2),
    [good[1]!, good[2]!],
    [good[0]!, mask(hash('sha384')), good[2]!],
    [good[0]!, mask(hash('sha256'), '1.2.3'), good[2]!],
    [good[0]!, good[1]!, explicit(2, integer(65))],
    [...good, explicit(3, integer(1))],
    [explicit(0, sequence(oid('1.3.14.3.2.26'), nullValue())), mask(sequence(oid('1.3.14.3.2.26'), nullValue())), explicit(2, integer(20))],
  ];
  for (const fields of bad) assert.throws(() => parsePssParameters(sequence(...fields)));
  assert.throws(() => signatureAlgorithmOf({ oid: '1.2.840.113549.1.1.10', parameters: null }), { code: 'algorithm_parameters' });
});

test('CMS: a bare RSA key takes the hash of the digest algorithm; two hashes that differ are refused', () => {
  const identifier = (type: string, parameters: Uint8Array | null = null) => ({ oid: type, parameters, encoded: new Uint8Array() });
  const sha256 = identifier(HASHES.sha256.oid);
  assert.deepEqual(cmsSignatureAlgorithmOf(identifier('1.2.840.113549.1.1.1', nullValue()), sha256), {
    scheme: 'rsa-pkcs1',
    hash: 'sha256',
  });
  assert.throws(() => cmsSignatureAlgorithmOf(identifier('1.2.840.113549.1.1.1'), identifier(HASHES['sha3-256'].oid)), {
    code: 'algorithm_parameters',
  });
  assert.throws(() => cmsSignatureAlgorithmOf(identifier('1.2.840.10045.4.3.3'), sha256), { code: 'algorithm_parameters' });
});
