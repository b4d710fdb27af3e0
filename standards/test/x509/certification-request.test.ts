// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { boolean, element, integer, octetString, oid, sequence, setOf } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import {
  assembleCertificationRequest,
  buildCertificationRequestInfo,
  nameValues,
  parseCertificationRequest,
  toPem,
  verifyPossession,
} from '../../x509/index.ts';
import { personName } from '../pki/authority.ts';
import { generateKey, sign, TEST_KEY_KINDS, type TestKey, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

test('a request of every kind of key comes back and proves possession', () => {
  for (const kind of TEST_KEY_KINDS) {
    const key = generateKey(kind);
    const request = parseCertificationRequest(requestOf(key));
    assert.equal(toHex(request.spki), toHex(key.spki));
    assert.deepEqual(nameValues(request.subject, 'commonName'), ['Requester']);
    verifyPossession(request, verify);
  }
});

test('a request signed with another key proves nothing', () => {
  const info = buildCertificationRequestInfo({ subject: personName('Requester'), spki: generateKey('p256').spki });
  const stranger = generateKey('p256');
  const request = parseCertificationRequest(assembleCertificationRequest(info, stranger.algorithm, sign(stranger, info)));
  assert.throws(() => verifyPossession(request, verify), { code: 'x509_signature' });
});

test('openssl verifies our request, and we read one of openssl', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('ours.pem', toPem('CERTIFICATE REQUEST', requestOf(generateKey('p384'))));
  openssl.run('req', '-in', 'ours.pem', '-verify', '-noout');
  openssl.run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem');
  openssl.run(
    'req',
    '-new',
    '-key',
    'key.pem',
    '-subj',
    '/CN=Theirs',
    '-addext',
    'keyUsage=digitalSignature',
    '-outform',
    'DER',
    '-out',
    'theirs.der',
  );
  const request = parseCertificationRequest(readFileSync(openssl.path('theirs.der')));
  verifyPossession(request, verify);
  assert.deepEqual(
    request.requestedExtensions.map((extension) => extension.oid),
    ['2.5.29.15'],
  );
});

test('other versions, attributes that come twice and bytes at the end are refused', () => {
  const key = generateKey('p256');
  const info = (version: number, ...attributes: Uint8Array[]): Uint8Array =>
    sequence(integer(version), personName('R'), key.spki, element(0xa0, ...attributes));
  const parse = (tbs: Uint8Array) => parseCertificationRequest(assembleCertificationRequest(tbs, key.algorithm, sign(key, tbs)));
  parse(info(0));
  assert.throws(() => parse(info(1)), { code: 'x509_version' });
  const usage = sequence(oid('2.5.29.15'), boolean(true), octetString(Uint8Array.of(3, 2, 6, 0x40)));
  const attribute = sequence(oid('1.2.840.113549.1.9.14'), setOf(sequence(usage)));
  assert.equal(parse(info(0, attribute)).requestedExtensions.length, 1);
  assert.throws(() => parse(info(0, attribute, attribute)), { code: 'x509_duplicate_attribute' });
  assert.throws(() => parseCertificationRequest(concat(requestOf(key), Uint8Array.of(0))), { code: 'asn1_trailing' });
});

function requestOf(key: TestKey): Uint8Array {
  const info = buildCertificationRequestInfo({ subject: personName('Requester'), spki: key.spki });
  return assembleCertificationRequest(info, key.algorithm, sign(key, info));
}
