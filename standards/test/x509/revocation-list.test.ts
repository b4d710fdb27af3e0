// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as peculiar from '../pki/peculiar.ts';
import fc from 'fast-check';
import { boolean, explicit, integer, nullValue, octetString, oid, sequence, time } from '../../asn1/index.ts';
import { toHex } from '../../bytes/index.ts';
import {
  assembleRevocationList,
  buildTbsRevocationList,
  parseRevocationList,
  REVOCATION_REASONS,
  type RevocationListContent,
  type RevocationReason,
  type RevokedCertificate,
  signatureClaim,
  toPem,
} from '../../x509/index.ts';
import { issue, makeAuthority, NOW_MS, personName, signerExtensions } from '../pki/authority.ts';
import { generateKey, sign, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const { root, issuing } = makeAuthority('p256');
const reasons = Object.keys(REVOCATION_REASONS) as RevocationReason[];

test('entries, number and times come back, and the signature holds', () => {
  const entry = fc.record({
    serialNumber: fc.uint8Array({ minLength: 1, maxLength: 19 }).map((bytes) => Uint8Array.of(1, ...bytes)),
    revokedAtMs: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
    reason: fc.constantFrom(...reasons),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), fc.bigInt({ min: 0n, max: 1n << 150n }), (revoked, number) => {
      const encoded = listOf(revoked, number);
      const list = parseRevocationList(encoded);
      assert.deepEqual(list.revoked.map(plain), revoked.map(plain));
      assert.equal(BigInt(`0x${toHex(list.number)}`), number);
      assert.equal(list.nextUpdateMs, NOW_MS + 86_400_000);
      assert.deepEqual(list.authorityKeyIdentifier, issuing.certificate.extensions.subjectKeyIdentifier);
      const { algorithm, spki, message, signature } = signatureClaim(list, issuing.certificate.spki);
      verify(algorithm, spki, message, signature);
      const other = new peculiar.X509Crl(encoded);
      assert.deepEqual(
        other.entries.map((item) => item.serialNumber),
        revoked.map((item) => toHex(item.serialNumber)),
      );
    }),
    { numRuns: 30 },
  );
});

test('openssl believes the list: one certificate passes, the revoked one does not', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  const [good, bad] = ['Good', 'Bad'].map((name) =>
    issue(issuing, { key: generateKey('p256'), subject: personName(name), extensions: signerExtensions() }),
  );
  openssl.file('root.pem', toPem('CERTIFICATE', root.certificate.encoded));
  openssl.file('issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
  openssl.file('good.pem', toPem('CERTIFICATE', good!.certificate.encoded));
  openssl.file('bad.pem', toPem('CERTIFICATE', bad!.certificate.encoded));
  const revoked = { serialNumber: bad!.certificate.serialNumber, revokedAtMs: NOW_MS - 1000, reason: 'keyCompromise' } as const;
  openssl.file('list.pem', toPem('X509 CRL', listOf([revoked], 7)));
  openssl.run('crl', '-in', 'list.pem', '-CAfile', 'issuing.pem', '-noout', '-text');
  const check = [
    'verify',
    '-crl_check',
    '-attime',
    String(NOW_MS / 1000 + 60),
    '-CAfile',
    'root.pem',
    '-untrusted',
    'issuing.pem',
    '-CRLfile',
    'list.pem',
  ];
  openssl.run(...check, 'good.pem');
  assert.match(openssl.fails(...check, 'bad.pem'), /revoked/);
});

test('without a number, with a critical scope, or of another version: refused', () => {
  const number = sequence(oid('2.5.29.20'), octetString(integer(1)));
  const scope = sequence(oid('2.5.29.28'), boolean(true), octetString(nullValue()));
  const parse = (version: number, ...extensions: Uint8Array[]) => {
    const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
    const tbs = sequence(
      integer(version),
      algorithm,
      personName('I'),
      time(NOW_MS),
      time(NOW_MS + 1000),
      explicit(0, sequence(...extensions)),
    );
    return parseRevocationList(assembleRevocationList(tbs, issuing.key.algorithm, Uint8Array.of(1)));
  };
  parse(1, number);
  assert.throws(() => parse(0, number), { code: 'x509_version' });
  assert.throws(() => parse(1, sequence(oid('1.2.3'), octetString(nullValue()))), { code: 'x509_extension' });
  assert.throws(() => parse(1, number, scope), { code: 'x509_critical_extension' });
  assert.throws(() => parse(1, number, number), { code: 'x509_duplicate_extension' });
});

test('a list beyond the size that was asked for is refused', () => {
  const encoded = listOf([], 1);
  assert.throws(() => parseRevocationList(encoded, { sizeBytesMax: encoded.length - 1 }), { code: 'asn1_too_large' });
  assert.throws(() => buildTbsRevocationList({ ...contentOf([], 1), nextUpdateMs: NOW_MS }), { code: 'x509_validity' });
});

function contentOf(revoked: readonly RevokedCertificate[], number: number | bigint): RevocationListContent {
  return {
    signatureAlgorithm: issuing.key.algorithm,
    issuer: issuing.certificate.subject.encoded,
    thisUpdateMs: NOW_MS,
    nextUpdateMs: NOW_MS + 86_400_000,
    revoked,
    number,
    authorityKeyIdentifier: issuing.certificate.extensions.subjectKeyIdentifier!,
  };
}

function listOf(revoked: readonly RevokedCertificate[], number: number | bigint): Uint8Array {
  const tbs = buildTbsRevocationList(contentOf(revoked, number));
  return assembleRevocationList(tbs, issuing.key.algorithm, sign(issuing.key, tbs));
}

function plain({ serialNumber, revokedAtMs, reason }: RevokedCertificate): object {
  return { serialNumber: toHex(serialNumber), revokedAtMs, reason };
}
