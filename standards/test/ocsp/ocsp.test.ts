// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlgorithmError } from '../../algorithms/index.ts';
import { Asn1Error, boolean, explicit, integer, nullValue, octetString, oid, sequence } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import {
  assembleOcspResponse,
  buildTbsResponse,
  type CertificateStatus,
  encodeCertificateId,
  encodeOcspRefusal,
  encodeOcspRequest,
  type HashFunction,
  type Issuer,
  namesIssuer,
  OcspError,
  parseOcspRequest,
  parseOcspResponse,
  verifyStatus,
} from '../../ocsp/index.ts';
import { encodeExtensions, publicKeyBits, signatureClaim, toPem, X509Error } from '../../x509/index.ts';
import { issue, makeAuthority, personName, responderExtensions, signerExtensions } from '../pki/authority.ts';
import { digest, generateKey, sign, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const { root, issuing } = makeAuthority('p256');
const responder = issue(issuing, { key: generateKey('p256'), subject: personName('OCSP'), extensions: responderExtensions() });
const person = issue(issuing, { key: generateKey('p256'), subject: personName('Person'), extensions: signerExtensions() });
const issuer: Issuer = { name: issuing.certificate.subject.encoded, keyBits: publicKeyBits(issuing.certificate.spki) };
const hash: HashFunction = digest;
const NOW = Math.floor(Date.now() / 1000) * 1000;

test('a request comes back: ids in order, issuer recognised, nonce', () => {
  for (const name of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    const ids = [Uint8Array.of(5), person.certificate.serialNumber].map((serial) => encodeCertificateId(name, issuer, serial, hash));
    const request = parseOcspRequest(encodeOcspRequest({ certificateIds: ids, nonce: new Uint8Array(32).fill(7) }));
    assert.deepEqual(request.nonce, new Uint8Array(32).fill(7));
    assert.deepEqual(
      request.ids.map(({ encoded }) => toHex(encoded)),
      ids.map(toHex),
    );
    assert.deepEqual(request.ids[1]!.id!.serialNumber, person.certificate.serialNumber);
    assert.ok(namesIssuer(request.ids[0]!.id!, issuer, hash));
    assert.ok(!namesIssuer(request.ids[0]!.id!, { ...issuer, keyBits: Uint8Array.of(1) }, hash));
    assert.ok(!namesIssuer(request.ids[0]!.id!, { ...issuer, name: Uint8Array.of(1) }, hash));
  }
});

test('a hash that we do not have leaves the id unread, and its bytes whole', () => {
  const strange = sequence(sequence(oid('1.2.3')), octetString(Uint8Array.of(1)), octetString(Uint8Array.of(2)), integer(3));
  const [requested] = parseOcspRequest(encodeOcspRequest({ certificateIds: [strange], nonce: null })).ids;
  assert.equal(requested!.id, null);
  assert.equal(toHex(requested!.encoded), toHex(strange));
});

test('requests with too many, no, signed, critical or oversized parts are refused', () => {
  const id = encodeCertificateId('sha1', issuer, Uint8Array.of(5), hash);
  const many = (count: number): Uint8Array => encodeOcspRequest({ certificateIds: Array.from({ length: count }, () => id), nonce: null });
  parseOcspRequest(many(20));
  assert.throws(() => parseOcspRequest(many(21)), { code: 'ocsp_too_many_certificates' });
  assert.throws(() => parseOcspRequest(many(0)), { code: 'ocsp_too_many_certificates' });
  const list = sequence(sequence(id));
  const request = (...tbs: Uint8Array[]): Uint8Array => sequence(sequence(...tbs));
  const extensions = (type: string, critical: boolean, value: Uint8Array): Uint8Array => encodeExtensions([{ oid: type, critical, value }]);
  const nonce = (length: number): Uint8Array =>
    request(list, explicit(2, extensions('1.3.6.1.5.5.7.48.1.2', false, octetString(new Uint8Array(length)))));
  for (const length of [1, 32, 128]) assert.equal(parseOcspRequest(nonce(length)).nonce?.length, length);
  for (const length of [0, 129]) assert.throws(() => parseOcspRequest(nonce(length)), { code: 'ocsp_nonce_length' });
  assert.throws(() => parseOcspRequest(sequence(sequence(list), explicit(0, nullValue()))), { code: 'ocsp_signed_request' });
  assert.throws(() => parseOcspRequest(request(explicit(0, integer(0)), list)), { code: 'ocsp_version' });
  assert.throws(() => parseOcspRequest(request(list, explicit(2, extensions('1.2.3', true, nullValue())))), {
    code: 'ocsp_critical_extension',
  });
  parseOcspRequest(request(list, explicit(2, extensions('1.2.3', false, nullValue()))));
  const single = sequence(sequence(id, explicit(0, extensions('1.2.3', true, nullValue()))));
  assert.throws(() => parseOcspRequest(request(single)), { code: 'ocsp_critical_extension' });
  const twice = sequence(
    ...[0, 1].map(() => sequence(oid('1.3.6.1.5.5.7.48.1.2'), boolean(true), octetString(octetString(Uint8Array.of(1))))),
  );
  assert.throws(() => parseOcspRequest(request(list, explicit(2, twice))), { code: 'x509_duplicate_extension' });
  assert.throws(() => parseOcspRequest(concat(many(1), Uint8Array.of(0))), { code: 'asn1_trailing' });
  assert.throws(() => parseOcspRequest(new Uint8Array(16_385)), { code: 'asn1_too_large' });
});

test('a response comes back, its signature holds', () => {
  const statuses: readonly CertificateStatus[] = [
    { status: 'good' },
    { status: 'revoked', revokedAtMs: NOW - 5000, reason: 'keyCompromise' },
    { status: 'revoked', revokedAtMs: NOW - 5000, reason: 'unspecified' },
    { status: 'unknown' },
  ];
  const nonce = Uint8Array.of(1, 2, 3);
  const response = answered(
    statuses.map((status, i) => ({ id: encodeCertificateId('sha256', issuer, Uint8Array.of(i + 1), hash), status })),
    nonce,
  );
  assert.ok(response.outcome === 'answered');
  assert.deepEqual(
    response.responses.map(({ certificateStatus }) => certificateStatus),
    statuses,
  );
  assert.deepEqual(
    response.responses.map(({ certificateId }) => [...certificateId.serialNumber]),
    [[1], [2], [3], [4]],
  );
  assert.deepEqual(response.nonce, nonce);
  assert.deepEqual(response.responder, { by: 'key', keyHash: new Uint8Array(digest('sha1', publicKeyBits(responder.key.spki))) });
  assert.deepEqual(response.certificates.map(toHex), [toHex(responder.certificate.encoded)]);
  const claim = signatureClaim({ ...response, encoded: response.tbs }, responder.certificate.spki);
  verify(claim.algorithm, claim.spki, claim.message, claim.signature);
});

test('what the issuer itself says of a certificate is returned; what somebody else says, or of another certificate, is refused', () => {
  const about = { certificate: person.certificate, issuer: issuing.certificate };
  const powers = { digest: hash, verify };
  const status: CertificateStatus = { status: 'revoked', revokedAtMs: NOW - 5000, reason: 'keyCompromise' };
  const id = (of: Issuer, serial: Uint8Array): Uint8Array => encodeCertificateId('sha256', of, serial, hash);
  const own = id(issuer, person.certificate.serialNumber);
  const signed = (certificateId: Uint8Array, by: typeof issuing): Uint8Array => {
    const responses = [{ certificateId, certificateStatus: status, thisUpdateMs: NOW, nextUpdateMs: NOW + 1000 }];
    const tbs = buildTbsResponse({ responderKeyHash: new Uint8Array(20), producedAtMs: NOW, responses, nonce: null });
    return assembleOcspResponse(tbs, by.key.algorithm, sign(by.key, tbs), []);
  };
  assert.deepEqual(verifyStatus(signed(own, issuing), about, powers).certificateStatus, status);
  assert.throws(() => verifyStatus(signed(own, responder), about, powers), { code: 'ocsp_signature' });
  assert.throws(() => verifyStatus(signed(id(issuer, Uint8Array.of(9)), issuing), about, powers), { code: 'ocsp_other_certificate' });
  const other = { name: root.certificate.subject.encoded, keyBits: publicKeyBits(root.certificate.spki) };
  assert.throws(() => verifyStatus(signed(id(other, person.certificate.serialNumber), issuing), about, powers), { code: 'ocsp_other_certificate' });
  assert.throws(() => verifyStatus(encodeOcspRefusal('tryLater'), about, powers), { code: 'ocsp_refused' });
  const changed = signed(own, issuing);
  changed[changed.length - 100]! ^= 1;
  assert.throws(() => verifyStatus(changed, about, powers), { code: 'ocsp_signature' });
});

test('refusals are responses without a signature', () => {
  assert.equal(toHex(encodeOcspRefusal('malformedRequest')), '30030a0101');
  for (const refusal of ['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const) {
    assert.deepEqual(parseOcspResponse(encodeOcspRefusal(refusal)), { outcome: 'refused', refusal });
  }
  assert.throws(() => parseOcspResponse(Uint8Array.of(0x30, 3, 0x0a, 1, 4)), { code: 'ocsp_status' });
});

test('openssl asks, we answer; openssl believes each answer', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('root.pem', toPem('CERTIFICATE', root.certificate.encoded));
  openssl.file('issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
  openssl.file('person.pem', toPem('CERTIFICATE', person.certificate.encoded));
  const expectations: readonly (readonly [CertificateStatus, string])[] = [
    [{ status: 'good' }, 'person.pem: good'],
    [{ status: 'revoked', revokedAtMs: NOW - 60_000, reason: 'cessationOfOperation' }, 'person.pem: revoked'],
    [{ status: 'unknown' }, 'person.pem: unknown'],
  ];
  for (const name of ['sha1', 'sha256']) {
    openssl.run('ocsp', `-${name}`, '-issuer', 'issuing.pem', '-cert', 'person.pem', '-reqout', 'request.der');
    const request = parseOcspRequest(readFileSync(openssl.path('request.der')));
    assert.ok(namesIssuer(request.ids[0]!.id!, issuer, hash));
    for (const [status, line] of expectations) {
      openssl.file('response.der', responseBytes([{ id: request.ids[0]!.encoded, status }], request.nonce));
      const check = [
        'ocsp',
        `-${name}`,
        '-issuer',
        'issuing.pem',
        '-cert',
        'person.pem',
        '-reqin',
        'request.der',
        '-respin',
        'response.der',
        '-no_nonce',
      ];
      const output = openssl.run(...check, '-CAfile', 'root.pem', '-verify_other', 'issuing.pem');
      assert.ok(output.includes('Response verify OK') && output.includes(line), output);
      assert.ok(!output.includes('WARNING'), output);
    }
  }
});

test('a response of openssl is read', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
  openssl.file('person.pem', toPem('CERTIFICATE', person.certificate.encoded));
  openssl.file('responder.pem', toPem('CERTIFICATE', responder.certificate.encoded));
  openssl.file('key.pem', responder.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  openssl.file(
    'index.txt',
    `R\t560101000000Z\t261120000000Z,keyCompromise\t${toHex(person.certificate.serialNumber).toUpperCase()}\tunknown\t/CN=Person\n`,
  );
  openssl.run('ocsp', '-issuer', 'issuing.pem', '-cert', 'person.pem', '-reqout', 'request.der');
  const answer = ['-rsigner', 'responder.pem', '-rkey', 'key.pem', '-CA', 'issuing.pem', '-index', 'index.txt', '-ndays', '1'];
  openssl.run('ocsp', ...answer, '-reqin', 'request.der', '-respout', 'response.der');
  const response = parseOcspResponse(readFileSync(openssl.path('response.der')));
  assert.ok(response.outcome === 'answered');
  assert.equal(response.responder.by, 'name');
  assert.deepEqual(response.responses[0]!.certificateStatus, {
    status: 'revoked',
    revokedAtMs: Date.UTC(2026, 10, 20),
    reason: 'keyCompromise',
  });
});

test('whatever comes as a request or a response: a value, or an error of ours', () => {
  const id = encodeCertificateId('sha1', issuer, Uint8Array.of(5), hash);
  const seeds = [
    encodeOcspRequest({ certificateIds: [id], nonce: Uint8Array.of(1) }),
    responseBytes([{ id, status: { status: 'good' } }], null),
  ];
  fc.assert(
    fc.property(fc.nat(1), fc.nat(10_000), fc.nat(255), (which, at, octet) => {
      const bytes = Uint8Array.from(seeds[which]!);
      bytes[at % bytes.length] = octet;
      try {
        if (which === 0) parseOcspRequest(bytes);
        else parseOcspResponse(bytes);
      } catch (error) {
        assert.ok(
          [Asn1Error, OcspError, X509Error, AlgorithmError].some((known) => error instanceof known),
          String(error),
        );
      }
    }),
    { numRuns: 800 },
  );
});

type Answer = { readonly id: Uint8Array; readonly status: CertificateStatus };

function responseBytes(answers: readonly Answer[], nonce: Uint8Array | null): Uint8Array {
  const tbs = buildTbsResponse({
    responderKeyHash: digest('sha1', publicKeyBits(responder.key.spki)),
    producedAtMs: NOW,
    responses: answers.map(({ id, status }) => ({
      certificateId: id,
      certificateStatus: status,
      thisUpdateMs: NOW,
      nextUpdateMs: NOW + 3_600_000,
    })),
    nonce,
  });
  return assembleOcspResponse(tbs, responder.key.algorithm, sign(responder.key, tbs), [responder.certificate.encoded]);
}

function answered(answers: readonly Answer[], nonce: Uint8Array | null) {
  return parseOcspResponse(responseBytes(answers, nonce));
}
