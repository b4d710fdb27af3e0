// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import * as peculiar from '../pki/peculiar.ts';
import fc from 'fast-check';
import { AlgorithmError } from '../../algorithms/index.ts';
import { Asn1Error, boolean, element, explicit, integer, nullValue, octetString, oid, sequence } from '../../asn1/index.ts';
import { concat, SpellingError, toHex } from '../../bytes/index.ts';
import {
  assembleCertificate,
  basicConstraints,
  buildTbsCertificate,
  type CertificateContent,
  extendedKeyUsage,
  type Extension,
  keyUsage,
  parseCertificate,
  qcStatements,
  subjectKeyIdentifier,
  toPem,
  verifyIssuedBy,
  X509Error,
} from '../../x509/index.ts';
import {
  END_MS,
  issue,
  makeAuthority,
  personName,
  responderExtensions,
  signerExtensions,
  START_MS,
  TEST_POLICY,
  timeStampingExtensions,
} from '../pki/authority.ts';
import { generateKey, sign, TEST_KEY_KINDS, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const authority = makeAuthority('p256');
const signer = issue(authority.issuing, { key: generateKey('p256'), subject: personName('Signer'), extensions: signerExtensions() });

test('what was put in comes out', () => {
  const { certificate } = signer;
  const { extensions } = certificate;
  assert.equal(certificate.version, 3);
  assert.equal(certificate.notBeforeMs, START_MS);
  assert.equal(certificate.notAfterMs, END_MS);
  assert.equal(toHex(certificate.issuer.encoded), toHex(authority.issuing.certificate.subject.encoded));
  assert.equal(toHex(certificate.spki), toHex(signer.key.spki));
  assert.deepEqual(extensions.keyUsage, new Set(['contentCommitment']));
  assert.equal(extensions.basicConstraints, null);
  assert.deepEqual(extensions.certificatePolicies, [TEST_POLICY]);
  assert.deepEqual(extensions.ocspUrls, ['http://127.0.0.1:8404/ocsp']);
  assert.deepEqual(extensions.caIssuersUrls, ['http://127.0.0.1:8404/issuing.cer']);
  assert.deepEqual(extensions.crlUrls, ['http://127.0.0.1:8404/issuing.crl']);
  assert.deepEqual(extensions.authorityKeyIdentifier, authority.issuing.certificate.extensions.subjectKeyIdentifier);
  assert.deepEqual(authority.issuing.certificate.extensions.basicConstraints, { ca: true, pathLength: 0 });
  assert.deepEqual(authority.root.certificate.extensions.basicConstraints, { ca: true, pathLength: null });
  assert.deepEqual(extensions.unknownCritical, []);
});

for (const kind of TEST_KEY_KINDS) {
  test(`${kind}: node:crypto reads and verifies, and so does the chain check`, () => {
    const { root, issuing } = makeAuthority(kind);
    const read = new X509Certificate(Buffer.from(issuing.certificate.encoded));
    assert.ok(read.verify(new X509Certificate(Buffer.from(root.certificate.encoded)).publicKey));
    assert.ok(read.checkIssued(new X509Certificate(Buffer.from(root.certificate.encoded))));
    assert.equal(read.ca, true);
    assert.equal(read.serialNumber.toLowerCase(), toHex(issuing.certificate.serialNumber));
    assert.equal(new Date(read.validTo).getTime(), END_MS);
    verifyIssuedBy(issuing.certificate, root.certificate, verify);
    const stranger = makeAuthority(kind).root.certificate;
    assert.throws(() => verifyIssuedBy(issuing.certificate, { ...stranger, extensions: root.certificate.extensions }, verify), {
      code: 'x509_signature',
    });
  });
}

test('a second library reads the same extensions', () => {
  const read = new peculiar.X509Certificate(signer.certificate.encoded);
  assert.equal(read.serialNumber, toHex(signer.certificate.serialNumber));
  assert.equal(read.notAfter.getTime(), END_MS);
  assert.equal(read.getExtension(peculiar.KeyUsagesExtension)!.usages, peculiar.KeyUsageFlags.nonRepudiation);
  assert.deepEqual([...read.getExtension(peculiar.CertificatePolicyExtension)!.policies], [TEST_POLICY]);
  assert.equal(read.getExtension(peculiar.AuthorityInfoAccessExtension)!.ocsp[0]!.value, 'http://127.0.0.1:8404/ocsp');
  const unit = issue(authority.issuing, { key: generateKey('p256'), subject: personName('TSU'), extensions: timeStampingExtensions() });
  const usage = new peculiar.X509Certificate(unit.certificate.encoded).getExtension(peculiar.ExtendedKeyUsageExtension)!;
  assert.deepEqual([usage.critical, [...usage.usages]], [true, ['1.3.6.1.5.5.7.3.8']]);
});

test('certificates that the second library makes are read', async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 18 }),
      fc.integer({ min: 0, max: 4e9 }),
      fc.nat(7),
      async (serial, seconds, bit) => {
        const made = await peculiar.X509CertificateGenerator.createSelfSigned({
          serialNumber: `01${toHex(serial)}`,
          name: 'CN=Other, O=Elsewhere',
          notBefore: new Date(seconds * 1000),
          notAfter: new Date(seconds * 1000 + 86_400_000),
          keys,
          signingAlgorithm: { name: 'ECDSA', hash: 'SHA-384' },
          extensions: [
            new peculiar.BasicConstraintsExtension(true, 3, true),
            new peculiar.KeyUsagesExtension((1 << bit) | peculiar.KeyUsageFlags.keyCertSign, true),
          ],
        });
        const certificate = parseCertificate(new Uint8Array(made.rawData));
        assert.equal(toHex(certificate.serialNumber), `01${toHex(serial)}`);
        assert.equal(certificate.notBeforeMs, seconds * 1000);
        assert.deepEqual(certificate.extensions.basicConstraints, { ca: true, pathLength: 3 });
        verifyIssuedBy(certificate, certificate, verify);
      },
    ),
    { numRuns: 15 },
  );
});

test('openssl accepts the chain for each purpose, and refuses it where it is broken', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  for (const kind of ['p256', 'rsa-pss', 'ed25519'] as const) {
    const { root, issuing } = makeAuthority(kind);
    const unit = issue(issuing, { key: generateKey(kind), subject: personName('TSU'), extensions: timeStampingExtensions() });
    const person = issue(issuing, { key: generateKey(kind), subject: personName('署名者'), extensions: signerExtensions() });
    openssl.file('root.pem', toPem('CERTIFICATE', root.certificate.encoded));
    openssl.file('issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
    openssl.file('unit.pem', toPem('CERTIFICATE', unit.certificate.encoded));
    openssl.file('person.pem', toPem('CERTIFICATE', person.certificate.encoded));
    const chain = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
    openssl.run(...chain, '-purpose', 'timestampsign', 'unit.pem');
    openssl.run(...chain, 'person.pem');
    openssl.fails(...chain, '-purpose', 'timestampsign', 'person.pem');
    openssl.fails('verify', '-CAfile', 'root.pem', 'person.pem');
    const text = openssl.run('x509', '-in', 'person.pem', '-noout', '-text');
    for (const line of [
      'Non Repudiation',
      'URI:http://127.0.0.1:8404/issuing.crl',
      'OCSP - URI:http://127.0.0.1:8404/ocsp',
      `Policy: ${TEST_POLICY}`,
    ]) {
      assert.ok(text.includes(line), line);
    }
  }
});

test('openssl shows the QC statements, and the responder’s extensions', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  const statements = qcStatements({
    compliance: true,
    qualifiedDevice: true,
    types: ['esign'],
    disclosures: [{ url: 'https://pki.example/pds.pdf', language: 'en' }],
  });
  const responder = issue(authority.issuing, {
    key: generateKey('p256'),
    subject: personName('OCSP'),
    extensions: [...responderExtensions(), statements],
  });
  assert.deepEqual(responder.certificate.extensions.qcStatements, ['0.4.0.1862.1.1', '0.4.0.1862.1.4', '0.4.0.1862.1.6', '0.4.0.1862.1.5']);
  assert.ok(responder.certificate.extensions.ocspNoCheck);
  openssl.file('responder.pem', toPem('CERTIFICATE', responder.certificate.encoded));
  const text = openssl.run('x509', '-in', 'responder.pem', '-noout', '-text');
  for (const line of ['OCSP No Check', 'OCSP Signing', 'qcStatements']) assert.ok(text.includes(line), line);
});

test('times on both sides of 2050 are written as RFC 5280 says', () => {
  const content = contentWith([keyUsage('digitalSignature')], {
    notBeforeMs: Date.UTC(2049, 11, 31, 23, 59, 59),
    notAfterMs: Date.UTC(9999, 11, 31, 23, 59, 59),
  });
  const certificate = parseCertificate(signed(content));
  assert.equal(certificate.notAfterMs, Date.UTC(9999, 11, 31, 23, 59, 59));
  assert.ok(Buffer.from(certificate.tbs).includes('99991231235959Z'));
});

test('building refuses what no certificate may have', () => {
  const one = keyUsage('digitalSignature');
  assert.throws(() => buildTbsCertificate(contentWith([one, one])), { code: 'x509_duplicate_extension' });
  assert.throws(() => buildTbsCertificate(contentWith([one], { serialNumber: new Uint8Array(4) })), { code: 'x509_serial_number' });
  assert.throws(() => buildTbsCertificate(contentWith([one], { serialNumber: new Uint8Array(0) })), { code: 'x509_serial_number' });
  assert.throws(() => buildTbsCertificate(contentWith([one], { serialNumber: new Uint8Array(20).fill(0x80) })), {
    code: 'x509_serial_number',
  });
  assert.throws(() => buildTbsCertificate(contentWith([one], { notAfterMs: START_MS - 1 })), { code: 'x509_validity' });
  assert.throws(() => buildTbsCertificate(contentWith([one], { spki: concat(signer.key.spki, Uint8Array.of(0)) })), {
    code: 'asn1_trailing',
  });
  assert.throws(() => extendedKeyUsage('timeStamping', 'clientAuth'), { code: 'x509_extension' });
});

test('parsing refuses duplicates, mismatched algorithms, other versions and bad serial numbers', () => {
  const { key, certificate } = signer;
  const usage = extensionBytes('2.5.29.15', Uint8Array.of(3, 2, 6, 0x40));
  const parts = (version: Uint8Array, serial: Uint8Array, ...extensions: Uint8Array[]): Uint8Array =>
    assembleCertificate(
      sequence(
        version,
        serial,
        ALGORITHM,
        certificate.issuer.encoded,
        sequence(element(0x17, Buffer.from('261101000000Z')), element(0x17, Buffer.from('271101000000Z'))),
        certificate.subject.encoded,
        key.spki,
        ...extensions,
      ),
      key.algorithm,
      Uint8Array.of(1),
    );
  const v3 = explicit(0, integer(2));
  parseCertificate(parts(v3, integer(1), explicit(3, sequence(usage))));
  assert.throws(() => parseCertificate(parts(v3, integer(1), explicit(3, sequence(usage, usage)))), { code: 'x509_duplicate_extension' });
  assert.throws(() => parseCertificate(parts(v3, integer(1), explicit(3, sequence()))), { code: 'x509_extension' });
  assert.throws(() => parseCertificate(parts(explicit(0, integer(1)), integer(1))), { code: 'x509_version' });
  assert.throws(() => parseCertificate(parts(v3, integer(0))), { code: 'x509_serial_number' });
  assert.throws(() => parseCertificate(parts(v3, Uint8Array.of(2, 1, 0x80))), { code: 'asn1_number_range' });
  assert.throws(() => parseCertificate(parts(v3, integer(1), nullValue())), { code: 'asn1_unexpected' });
  const other = assembleCertificate(certificate.tbs, { scheme: 'ecdsa', hash: 'sha384' }, certificate.signature);
  assert.throws(() => parseCertificate(other), { code: 'x509_algorithm_mismatch' });
});

test('extensions with a value that is not whole are refused', () => {
  const bad: readonly Extension[] = [
    { oid: '2.5.29.15', critical: true, value: Uint8Array.of(3, 2, 0, 0x40) },
    { oid: '2.5.29.15', critical: true, value: Uint8Array.of(3, 3, 5, 0, 0x20) },
    { oid: '2.5.29.19', critical: true, value: sequence(boolean(true), integer(1), integer(1)) },
    { oid: '2.5.29.19', critical: true, value: sequence(integer(1)) },
    { oid: '2.5.29.14', critical: false, value: concat(octetString(Uint8Array.of(1)), Uint8Array.of(0)) },
    {
      oid: '1.3.6.1.5.5.7.1.1',
      critical: false,
      value: sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), element(0x86, Uint8Array.of(0x68, 0x0a)))),
    },
    { oid: '1.3.6.1.5.5.7.48.1.5', critical: false, value: boolean(true) },
  ];
  for (const extension of bad) assert.throws(() => parseCertificate(signed(contentWith([extension]))), extension.oid);
});

test('unknown extensions are carried, and named where they are critical', () => {
  const strange: Extension = { oid: '1.2.3.4', critical: true, value: nullValue() };
  const certificate = parseCertificate(
    signed(contentWith([strange, { ...strange, oid: '1.2.3.5', critical: false }, subjectKeyIdentifier(Uint8Array.of(1))])),
  );
  assert.deepEqual(certificate.extensions.unknownCritical, ['1.2.3.4']);
  assert.equal(certificate.extensions.all.length, 3);
});

test('cut, prolonged or too large: refused', () => {
  const { encoded } = signer.certificate;
  for (let end = 0; end < encoded.length; end += 7) assert.throws(() => parseCertificate(encoded.subarray(0, end)), Asn1Error);
  assert.throws(() => parseCertificate(concat(encoded, Uint8Array.of(0))), { code: 'asn1_trailing' });
  assert.throws(() => parseCertificate(new Uint8Array(65_537)), { code: 'asn1_too_large' });
});

test('a changed octet is refused with a code, or changes what is signed or the signature', () => {
  const { encoded } = signer.certificate;
  fc.assert(
    fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const copy = Uint8Array.from(encoded);
      copy[at]! ^= mask;
      let changed;
      try {
        changed = parseCertificate(copy);
      } catch (error) {
        assert.ok(
          [Asn1Error, X509Error, AlgorithmError, SpellingError].some((known) => error instanceof known),
          String(error),
        );
        return;
      }
      assert.throws(() => verifyIssuedBy(changed, authority.issuing.certificate, verify));
    }),
    { numRuns: 600 },
  );
});

test('basicConstraints without a CA is an empty sequence', () => {
  assert.equal(toHex(basicConstraints({ ca: false }).value), '3000');
});

function contentWith(extensions: readonly Extension[], changes: Partial<CertificateContent> = {}): CertificateContent {
  return {
    serialNumber: Uint8Array.of(1),
    signatureAlgorithm: signer.key.algorithm,
    issuer: personName('Issuer'),
    notBeforeMs: START_MS,
    notAfterMs: END_MS,
    subject: personName('Subject'),
    spki: signer.key.spki,
    extensions,
    ...changes,
  };
}

function signed(content: CertificateContent): Uint8Array {
  const tbs = buildTbsCertificate(content);
  return assembleCertificate(tbs, signer.key.algorithm, sign(signer.key, tbs));
}

function extensionBytes(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), boolean(true), octetString(value));
}

const ALGORITHM = sequence(oid('1.2.840.10045.4.3.2'));
