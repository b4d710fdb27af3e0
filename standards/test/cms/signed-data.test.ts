// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlgorithmError, type HashAlgorithm } from '../../algorithms/index.ts';
import { Asn1Error, explicit, nullValue, oid, sequence } from '../../asn1/index.ts';
import { concat, toHex, utf8 } from '../../bytes/index.ts';
import {
  CmsError,
  CONTENT_TYPE,
  encodeSignedAttributes,
  encodeSignedData,
  foreignSignerClaim,
  onlySigner,
  parseSignedData,
  signatureTimeStampTokens,
  signerClaim,
  type SignerDemand,
  verifySigner,
  verifySignerClaim,
} from '../../cms/index.ts';
import { toPem } from '../../x509/index.ts';
import { type Authority, issue, makeAuthority, type Party, personName, signerExtensions } from '../pki/authority.ts';
import { digest, generateKey, sha256, sign, TEST_KEY_KINDS, type TestKeyKind, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const DOCUMENT = utf8('the bytes that the signature covers');

const authority = makeAuthority('p256');
const signer = person(authority, 'p256');
const SIGNATURE = signatureOf(signer, authority);

test('what was assembled is read, and everything holds together', () => {
  for (const kind of TEST_KEY_KINDS) {
    const party = person(authority, kind);
    const encoded = signatureOf(party, authority);
    const signedData = parseSignedData(encoded);
    assert.equal(signedData.contentType, CONTENT_TYPE.data);
    assert.equal(signedData.content, null);
    assert.deepEqual(
      signedData.certificates.map(toHex).toSorted(),
      [party, authority.issuing].map(({ certificate }) => toHex(certificate.encoded)).toSorted(),
    );
    const proof = verifySigner(onlySigner(signedData), verify, demandOf(party));
    assert.equal(toHex(proof.attributes.messageDigest), toHex(digest(digestOf(party), DOCUMENT)));
    assert.equal(proof.digestAlgorithm, digestOf(party));
  }
});

test('an unsigned time-stamp token travels along and changes nothing else', () => {
  const token = sequence(oid(CONTENT_TYPE.signedData), explicit(0, nullValue()));
  const info = onlySigner(parseSignedData(signatureOf(signer, authority, token)));
  assert.deepEqual(signatureTimeStampTokens(info).map(toHex), [toHex(token)]);
  assert.deepEqual(signatureTimeStampTokens(onlySigner(parseSignedData(SIGNATURE))), []);
  verifySigner(info, verify, demandOf(signer));
});

test('openssl verifies the detached signature, and refuses it over another document', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  for (const kind of ['p256', 'p384', 'rsa-pkcs1', 'rsa-pss'] satisfies TestKeyKind[]) {
    const other = makeAuthority(kind);
    openssl.file('root.pem', toPem('CERTIFICATE', other.root.certificate.encoded));
    openssl.file('document', DOCUMENT);
    openssl.file('changed', concat(DOCUMENT, Uint8Array.of(0)));
    openssl.file(
      'signature.der',
      signatureOf(person(other, kind), other, sequence(oid(CONTENT_TYPE.signedData), explicit(0, nullValue()))),
    );
    const check = [
      'cms',
      '-verify',
      '-binary',
      '-cades',
      '-inform',
      'DER',
      '-in',
      'signature.der',
      '-CAfile',
      'root.pem',
      '-purpose',
      'any',
      '-out',
      'out',
    ];
    openssl.run(...check, '-content', 'document');
    openssl.fails(...check, '-content', 'changed');
  }
});

test('signatures of openssl are read, DER or in indefinite lengths', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('document', DOCUMENT);
  openssl.file('person.pem', toPem('CERTIFICATE', signer.certificate.encoded));
  openssl.file('key.pem', signer.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  for (const options of [[], ['-stream', '-nodetach'], ['-keyid']]) {
    openssl.run(
      'cms',
      '-sign',
      '-binary',
      '-cades',
      '-md',
      'sha256',
      '-in',
      'document',
      '-signer',
      'person.pem',
      '-inkey',
      'key.pem',
      '-outform',
      'DER',
      '-out',
      's.der',
      ...options,
    );
    const signedData = parseSignedData(readFileSync(openssl.path('s.der')), 'ber');
    const claim = foreignSignerClaim(onlySigner(signedData), demandOf(signer));
    verifySignerClaim(claim, verify);
    assert.deepEqual(signedData.content, options.includes('-stream') ? DOCUMENT : null);
    assert.throws(() => signerClaim(onlySigner(signedData), demandOf(signer)), { code: 'cms_attribute_not_allowed' });
  }
});

test('another document, another certificate, another content type, another signature: each refused by name', () => {
  const info = onlySigner(parseSignedData(SIGNATURE));
  const stranger = person(authority, 'p256');
  const demand = demandOf(signer);
  assert.throws(() => verifySigner(info, verify, { ...demand, contentDigest: sha256(Uint8Array.of(1)) }), { code: 'cms_message_digest' });
  assert.throws(() => verifySigner(info, verify, { ...demand, contentDigest: digest('sha384', DOCUMENT) }), { code: 'cms_digest_length' });
  assert.throws(() => verifySigner(info, verify, { ...demand, contentType: CONTENT_TYPE.timeStampInfo }), { code: 'cms_content_type' });
  assert.throws(() => verifySigner(info, verify, demandOf(stranger)), { code: 'cms_signer_identifier' });
  // The attack that signing-certificate-v2 is for: a second certificate over the same key, with the issuer and serial number of the first.
  const twin = { ...signer.certificate, encoded: stranger.certificate.encoded };
  const twinDemand = { ...demand, certificate: twin, certificateDigest: (hash: string) => digest(hash, twin.encoded) };
  assert.throws(() => verifySigner(info, verify, twinDemand), { code: 'cms_signing_certificate' });
  const otherSignature = sign(stranger.key, utf8('x'));
  assert.throws(() => verifySigner({ ...info, signature: otherSignature }, verify, demand), { code: 'cms_signature' });
  assert.throws(() => verifySigner({ ...info, signedAttributes: null }, verify, demand), { code: 'cms_attribute_missing' });
});

test('none or several signers, other content: refused', () => {
  const signedData = parseSignedData(SIGNATURE);
  const [info] = signedData.signers;
  assert.throws(() => onlySigner({ ...signedData, signers: [] }), { code: 'cms_no_signer' });
  assert.throws(() => onlySigner({ ...signedData, signers: [info!, info!] }), { code: 'cms_no_signer' });
  assert.throws(() => parseSignedData(sequence(oid(CONTENT_TYPE.data), explicit(0, nullValue()))), { code: 'cms_content_type' });
});

test('our own frame is DER only: cut, prolonged or padded it is refused', () => {
  assert.throws(() => parseSignedData(concat(SIGNATURE, Uint8Array.of(0))), { code: 'asn1_trailing' });
  assert.throws(() => parseSignedData(SIGNATURE.subarray(0, -1)), { code: 'asn1_truncated' });
  const indefinite = concat(Uint8Array.of(0x30, 0x80), SIGNATURE.subarray(4), Uint8Array.of(0, 0));
  assert.throws(() => parseSignedData(indefinite), Asn1Error);
  verifySigner(onlySigner(parseSignedData(indefinite, 'ber')), verify, demandOf(signer));
});

test('a changed octet is refused, or stands where nothing was promised', () => {
  const promised = (bytes: Uint8Array): string => {
    const signedData = parseSignedData(bytes);
    const info = onlySigner(signedData);
    const proof = verifySigner(info, verify, demandOf(signer));
    return JSON.stringify([
      toHex(proof.attributes.messageDigest),
      toHex(proof.attributes.signingCertificateV2.certHash),
      proof.digestAlgorithm,
    ]);
  };
  const before = promised(SIGNATURE);
  fc.assert(
    fc.property(fc.nat(SIGNATURE.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const copy = Uint8Array.from(SIGNATURE);
      copy[at]! ^= mask;
      try {
        assert.equal(promised(copy), before);
      } catch (error) {
        assert.ok(
          [Asn1Error, CmsError, AlgorithmError].some((known) => error instanceof known),
          String(error),
        );
      }
    }),
    { numRuns: 800 },
  );
});

function person(from: Authority, kind: TestKeyKind): Party {
  return issue(from.issuing, { key: generateKey(kind), subject: personName('Signer'), extensions: signerExtensions() });
}

/** RFC 8419 and RFC 9882 want SHA-512 beside Ed25519 and ML-DSA. */
function digestOf({ key }: Party): HashAlgorithm {
  return 'hash' in key.algorithm ? key.algorithm.hash : 'sha512';
}

function demandOf(party: Party): SignerDemand {
  const { certificate } = party;
  const contentDigest = digest(digestOf(party), DOCUMENT);
  return { contentType: CONTENT_TYPE.data, contentDigest, certificate, certificateDigest: (hash) => digest(hash, certificate.encoded) };
}

function signatureOf(party: Party, from: Authority, timeStampToken?: Uint8Array): Uint8Array {
  const signedAttributes = encodeSignedAttributes({
    contentType: CONTENT_TYPE.data,
    messageDigest: digest(digestOf(party), DOCUMENT),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: sha256(party.certificate.encoded) },
  });
  return encodeSignedData({
    contentType: CONTENT_TYPE.data,
    content: null,
    certificates: [party.certificate.encoded, from.issuing.certificate.encoded],
    signer: {
      certificate: party.certificate,
      digestAlgorithm: digestOf(party),
      signedAttributes,
      signatureAlgorithm: party.key.algorithm,
      signature: sign(party.key, signedAttributes),
      ...(timeStampToken === undefined ? {} : { timeStampToken }),
    },
  });
}
