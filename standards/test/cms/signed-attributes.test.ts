// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HASHES, type HashAlgorithm, HASH_NAMES } from '../../algorithms/index.ts';
import { element, octetString, oid, readDer, sequence, setOf, time, utf8String } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import {
  CONTENT_TYPE,
  encodeSignedAttributes,
  parseForeignSignedAttributes,
  parseSignedAttributes,
  type SignedAttributes,
  toEmbeddedAttributes,
} from '../../cms/index.ts';
import { personName } from '../pki/authority.ts';

const GOOD: SignedAttributes = {
  contentType: CONTENT_TYPE.data,
  messageDigest: new Uint8Array(32).fill(1),
  signingCertificateV2: { hashAlgorithm: 'sha256', certHash: new Uint8Array(32).fill(2) },
};

const CONTENT_TYPE_ATTRIBUTE = attribute('1.2.840.113549.1.9.3', oid(CONTENT_TYPE.data));
const DIGEST_ATTRIBUTE = attribute('1.2.840.113549.1.9.4', octetString(GOOD.messageDigest));
const CERTIFICATE_ATTRIBUTE = attribute(
  '1.2.840.113549.1.9.16.2.47',
  sequence(sequence(sequence(octetString(GOOD.signingCertificateV2.certHash)))),
);
const THREE = [CONTENT_TYPE_ATTRIBUTE, DIGEST_ATTRIBUTE, CERTIFICATE_ATTRIBUTE];

test('the three attributes come back, whatever hash, with and without issuer and serial number', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HASH_NAMES),
      fc.boolean(),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (hash, withIssuer, bytes) => {
        const attributes = attributesWith(hash, bytes, withIssuer);
        assert.deepEqual(parseSignedAttributes(encodeSignedAttributes(attributes)), attributes);
      },
    ),
  );
});

test('the bytes are the sorted DER of the three, with the default hash left out', () => {
  assert.equal(toHex(encodeSignedAttributes(GOOD)), toHex(setOf(...THREE)));
  assert.equal(encodeSignedAttributes(GOOD)[0], 0x31);
});

test('embedding changes the tag and nothing else', () => {
  const set = encodeSignedAttributes(GOOD);
  const embedded = toEmbeddedAttributes(set);
  assert.equal(toHex(embedded), `a0${toHex(set).slice(2)}`);
  assert.throws(() => toEmbeddedAttributes(embedded), { code: 'cms_attribute_values' });
});

test('one more attribute is refused, whatever it is', () => {
  const more = [
    attribute('1.2.840.113549.1.9.5', time(0)),
    attribute('1.2.840.113549.1.9.16.2.15', sequence(oid('1.2.3'))),
    attribute('1.2.840.113549.1.9.52', sequence(sequence(oid(HASHES.sha256.oid)))),
    attribute('1.2.3.4', utf8String('commitment')),
  ];
  for (const one of more) assert.throws(() => parseSignedAttributes(setOf(...THREE, one)), { code: 'cms_attribute_not_allowed' });
});

test('a missing one, one that comes twice, no value, two values: refused', () => {
  for (const missing of THREE) {
    assert.throws(() => parseSignedAttributes(setOf(...THREE.filter((one) => one !== missing))), { code: 'cms_attribute_missing' });
    assert.throws(() => parseSignedAttributes(setOf(...THREE, missing)), { code: 'cms_attribute_duplicate' });
  }
  const otherDigest = attribute('1.2.840.113549.1.9.4', octetString(new Uint8Array(32)));
  assert.throws(() => parseSignedAttributes(setOf(...THREE, otherDigest)), { code: 'cms_attribute_duplicate' });
  const withDigest = (one: Uint8Array): Uint8Array => setOf(CONTENT_TYPE_ATTRIBUTE, one, CERTIFICATE_ATTRIBUTE);
  assert.throws(() => parseSignedAttributes(withDigest(sequence(oid('1.2.840.113549.1.9.4'), setOf()))), { code: 'cms_attribute_values' });
  const two = sequence(oid('1.2.840.113549.1.9.4'), setOf(octetString(Uint8Array.of(1)), octetString(Uint8Array.of(2))));
  assert.throws(() => parseSignedAttributes(withDigest(two)), { code: 'cms_attribute_values' });
});

test('signing-certificate-v2: two certificates, policies, a spelt-out default and a digest of another length are refused', () => {
  const id = sequence(octetString(new Uint8Array(32)));
  const withValue = (value: Uint8Array): Uint8Array =>
    setOf(CONTENT_TYPE_ATTRIBUTE, DIGEST_ATTRIBUTE, attribute('1.2.840.113549.1.9.16.2.47', value));
  const bad: readonly (readonly [Uint8Array, string])[] = [
    [sequence(sequence(id, id)), 'asn1_unexpected'],
    [sequence(sequence()), 'asn1_unexpected'],
    [sequence(sequence(id), sequence(sequence(oid('1.2.3')))), 'asn1_unexpected'],
    [sequence(sequence(sequence(sequence(oid(HASHES.sha256.oid)), octetString(new Uint8Array(32))))), 'cms_signing_certificate'],
    [sequence(sequence(sequence(octetString(new Uint8Array(31))))), 'cms_digest_length'],
    [sequence(sequence(sequence(sequence(oid(HASHES.sha384.oid)), octetString(new Uint8Array(32))))), 'cms_digest_length'],
    [sequence(sequence(sequence(sequence(oid('1.2.3')), octetString(new Uint8Array(32))))), 'algorithm_unknown'],
  ];
  for (const [value, code] of bad) assert.throws(() => parseSignedAttributes(withValue(value)), { code });
});

test('other order, another tag, bytes after the end, too many bytes: refused', () => {
  const sorted = readDer(setOf(...THREE))
    .set()
    .all((set) => set.any().encoded);
  assert.throws(() => parseSignedAttributes(element(0x31, ...sorted.toReversed())), { code: 'asn1_not_der' });
  assert.throws(() => parseSignedAttributes(toEmbeddedAttributes(setOf(...THREE))), { code: 'asn1_unexpected' });
  assert.throws(() => parseSignedAttributes(sequence(...THREE)), { code: 'asn1_unexpected' });
  assert.throws(() => parseSignedAttributes(concat(setOf(...THREE), Uint8Array.of(0))), { code: 'asn1_trailing' });
  assert.throws(() => parseSignedAttributes(setOf(...THREE, attribute('1.2.3', octetString(new Uint8Array(4096))))), {
    code: 'asn1_too_large',
  });
});

test('no octet can change without a refusal or another value', () => {
  const set = encodeSignedAttributes(attributesWith('sha384', new Uint8Array(64).fill(9), true));
  const before = JSON.stringify(plain(parseSignedAttributes(set)));
  for (let at = 0; at < set.length; at++) {
    for (const mask of [1, 0x20, 0x80, 0xff]) {
      const copy = Uint8Array.from(set);
      copy[at]! ^= mask;
      let after: string;
      try {
        after = JSON.stringify(plain(parseSignedAttributes(copy)));
      } catch {
        continue;
      }
      assert.notEqual(after, before, `octet ${at}`);
    }
  }
});

test('what others sign: more attributes pass, SHA-1 is named as such, the default may be spelt out', () => {
  const signingTime = attribute('1.2.840.113549.1.9.5', time(0));
  assert.equal(parseForeignSignedAttributes(setOf(...THREE, signingTime)).signingCertificate.hashAlgorithm, 'sha256');
  const old = attribute('1.2.840.113549.1.9.16.2.12', sequence(sequence(sequence(octetString(new Uint8Array(20))))));
  assert.equal(parseForeignSignedAttributes(setOf(CONTENT_TYPE_ATTRIBUTE, DIGEST_ATTRIBUTE, old)).signingCertificate.hashAlgorithm, 'sha1');
  const spelt = sequence(sequence(sequence(sequence(oid(HASHES.sha256.oid)), octetString(new Uint8Array(32)))));
  parseForeignSignedAttributes(setOf(CONTENT_TYPE_ATTRIBUTE, DIGEST_ATTRIBUTE, attribute('1.2.840.113549.1.9.16.2.47', spelt)));
  assert.throws(() => parseForeignSignedAttributes(setOf(CONTENT_TYPE_ATTRIBUTE, DIGEST_ATTRIBUTE)), { code: 'cms_attribute_missing' });
  assert.throws(() => parseForeignSignedAttributes(setOf(...THREE, DIGEST_ATTRIBUTE)), { code: 'cms_attribute_duplicate' });
});

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), setOf(value));
}

function attributesWith(hashAlgorithm: HashAlgorithm, bytes: Uint8Array, withIssuer: boolean): SignedAttributes {
  const certHash = bytes.slice(0, HASHES[hashAlgorithm].lengthBytes);
  const issuerSerial = { issuer: personName('Issuer'), serialNumber: Uint8Array.of(0x7f, ...bytes.subarray(0, 8)) };
  const signingCertificateV2 = withIssuer ? { hashAlgorithm, certHash, issuerSerial } : { hashAlgorithm, certHash };
  return { contentType: CONTENT_TYPE.data, messageDigest: bytes.slice(0, 32), signingCertificateV2 };
}

function plain({ contentType, messageDigest, signingCertificateV2: v2 }: SignedAttributes): object {
  const issuer = v2.issuerSerial && [toHex(v2.issuerSerial.issuer), toHex(v2.issuerSerial.serialNumber)];
  return { contentType, messageDigest: toHex(messageDigest), hash: v2.hashAlgorithm, certHash: toHex(v2.certHash), issuer };
}
