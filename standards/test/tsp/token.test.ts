// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlgorithmError } from '../../algorithms/index.ts';
import { Asn1Error, integer, oid, sequence } from '../../asn1/index.ts';
import { concat, toHex, utf8 } from '../../bytes/index.ts';
import { CmsError, CONTENT_TYPE, encodeSignedAttributes, encodeSignedData } from '../../cms/index.ts';
import {
  encodeGrantedResponse,
  encodeRejectedResponse,
  encodeTimeStampInfo,
  encodeTimeStampRequest,
  parseTimeStampInfo,
  parseTimeStampRequest,
  parseTimeStampToken,
  type TimeStampInfo,
  type TimeStampRequest,
  type TimeStampTrust,
  TspError,
  verifyTimeStampResponse,
  verifyTimeStampToken,
} from '../../tsp/index.ts';
import { extendedKeyUsage, type Extension, keyUsage, toPem, X509Error } from '../../x509/index.ts';
import {
  END_MS,
  issue,
  makeAuthority,
  NOW_MS,
  type Party,
  personName,
  START_MS,
  TEST_POLICY,
  timeStampingExtensions,
} from '../pki/authority.ts';
import { digest, generateKey, sha256, sign, verify } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const { root, issuing } = makeAuthority('p256');
const unit = makeUnit(timeStampingExtensions());
const DATA = utf8('signature value');

const REQUEST: TimeStampRequest = {
  imprint: { hash: 'sha256', digest: sha256(DATA) },
  policy: TEST_POLICY,
  nonce: Uint8Array.of(0, 0x80, 1, 2, 3),
  certificateRequested: true,
};

const TRUST: TimeStampTrust = { anchors: [root.certificate], intermediates: [], digest, verify };

const INFO: TimeStampInfo = {
  policy: TEST_POLICY,
  imprint: REQUEST.imprint,
  serialNumber: Uint8Array.of(0x42),
  genTimeMs: NOW_MS + 120,
  accuracyMs: 1500,
  ordering: false,
  nonce: Uint8Array.of(0x80, 1, 2, 3),
  authorityName: null,
};

test('TSTInfo comes back', () => {
  const info = fc.record(
    {
      policy: fc.constantFrom('2.999.1.7', '1.2'),
      imprint: fc.constant({ hash: 'sha256', digest: new Uint8Array(32).fill(5) } as const),
      serialNumber: fc.uint8Array({ maxLength: 18 }).map((bytes) => Uint8Array.of(9, ...bytes)),
      genTimeMs: fc.integer({ min: 0, max: 4e12 }),
      accuracyMs: fc.option(fc.nat(100_000)),
      ordering: fc.boolean(),
      nonce: fc.option(fc.uint8Array({ maxLength: 18 }).map((bytes) => Uint8Array.of(0xff, ...bytes))),
      authorityName: fc.constantFrom(null, unit.certificate.subject.encoded),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(info, (written) => assert.deepEqual(parseTimeStampInfo(encodeTimeStampInfo(written)), written)));
});

test('a granted response is proven, and the time and the path come back as values', () => {
  const proof = verifyTimeStampResponse(encodeGrantedResponse(tokenOf(INFO)), TRUST, REQUEST);
  assert.equal(proof.genTimeMs, NOW_MS + 120);
  assert.deepEqual(proof.path, [unit.certificate, issuing.certificate, root.certificate]);
  assert.equal(toHex(encodeTimeStampInfo(proof.info)), toHex(encodeTimeStampInfo(INFO)));
  verifyTimeStampToken(proof.token, TRUST, { imprint: REQUEST.imprint, nonce: null, policy: null });
});

test('certificates that the token does not carry may be given', () => {
  const bare = tokenOf(INFO, { certificates: [] });
  assert.throws(() => verifyTimeStampToken(bare, TRUST, REQUEST), { code: 'tsp_certificate' });
  verifyTimeStampToken(bare, { ...TRUST, intermediates: [unit.certificate, issuing.certificate] }, REQUEST);
});

test('a token for something else is refused: imprint, nonce, policy', () => {
  const refuse = (info: TimeStampInfo, code: string): void =>
    assert.throws(() => verifyTimeStampToken(tokenOf(info), TRUST, REQUEST), { code });
  refuse({ ...INFO, imprint: { hash: 'sha256', digest: sha256(Uint8Array.of(1)) } }, 'tsp_imprint');
  refuse({ ...INFO, imprint: { hash: 'sha3-256', digest: REQUEST.imprint.digest } }, 'tsp_imprint');
  refuse({ ...INFO, nonce: null }, 'tsp_nonce');
  refuse({ ...INFO, nonce: Uint8Array.of(0x80, 1, 2, 4) }, 'tsp_nonce');
  refuse({ ...INFO, policy: '1.2.3' }, 'tsp_policy');
});

test('a refusal, a signature over other data, and content that is no TSTInfo are refused', () => {
  assert.throws(() => verifyTimeStampResponse(encodeRejectedResponse('systemFailure', 'no'), TRUST, REQUEST), { code: 'tsp_not_granted' });
  const plain = tokenOf(INFO, { contentType: CONTENT_TYPE.data });
  assert.throws(() => verifyTimeStampToken(plain, TRUST, REQUEST), { code: 'tsp_token' });
  const signedElsewhere = tokenOf(INFO, { signedContent: encodeTimeStampInfo({ ...INFO, genTimeMs: NOW_MS - 1 }) });
  assert.throws(() => verifyTimeStampToken(signedElsewhere, TRUST, REQUEST), { code: 'cms_message_digest' });
  const stranger = { ...unit, key: generateKey('p256') };
  assert.throws(() => verifyTimeStampToken(tokenOf(INFO, { unit: stranger }), TRUST, REQUEST), { code: 'cms_signature' });
});

test('RFC 3161 section 2.3: the unit’s key has time-stamping as its only, critical purpose', () => {
  const bad: readonly (readonly Extension[])[] = [
    [keyUsage('digitalSignature')],
    [keyUsage('digitalSignature'), { ...extendedKeyUsage('timeStamping'), critical: false }],
    [keyUsage('digitalSignature'), { ...extendedKeyUsage('ocspSigning'), critical: true }],
    [{ ...extendedKeyUsage('timeStamping'), value: sequence(oid('1.3.6.1.5.5.7.3.8'), oid('1.3.6.1.5.5.7.3.1')) }],
    [keyUsage('keyEncipherment'), extendedKeyUsage('timeStamping')],
  ];
  for (const extensions of bad) {
    assert.throws(() => verifyTimeStampToken(tokenOf(INFO, { unit: makeUnit(extensions) }), TRUST, REQUEST), { code: 'tsp_key_usage' });
  }
});

test('an untrusted root, and a time outside the unit’s validity, are refused', () => {
  const other = { ...TRUST, anchors: [makeAuthority('p256').root.certificate] };
  assert.throws(() => verifyTimeStampToken(tokenOf(INFO), other, REQUEST), { code: 'x509_no_path' });
  for (const genTimeMs of [START_MS - 1, END_MS + 1000]) {
    assert.throws(() => verifyTimeStampToken(tokenOf({ ...INFO, genTimeMs }), TRUST, REQUEST), { code: 'x509_not_valid_now' });
  }
});

test('TSTInfo with a critical extension, another version or a fault in its time is refused', () => {
  const good = encodeTimeStampInfo(INFO);
  assert.throws(() => parseTimeStampInfo(sequence(integer(2))), { code: 'tsp_version' });
  assert.throws(() => parseTimeStampInfo(concat(good, Uint8Array.of(0))), { code: 'asn1_trailing' });
  const zero = Buffer.from(good).toString('latin1').replace('15.12Z', '15.10Z');
  assert.throws(() => parseTimeStampInfo(Buffer.from(zero, 'latin1')), { code: 'asn1_not_der' });
});

test('openssl verifies our time-stamp against its own request', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('data', DATA);
  openssl.file('root.pem', toPem('CERTIFICATE', root.certificate.encoded));
  openssl.file('issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
  openssl.run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'request.tsq');
  const asked = parseTimeStampRequest(readFileSync(openssl.path('request.tsq')));
  openssl.file(
    'response.tsr',
    encodeGrantedResponse(tokenOf({ ...INFO, nonce: asked.nonce, authorityName: unit.certificate.subject.encoded })),
  );
  const check = [
    'ts',
    '-verify',
    '-in',
    'response.tsr',
    '-CAfile',
    'root.pem',
    '-untrusted',
    'issuing.pem',
    '-attime',
    String(NOW_MS / 1000),
  ];
  assert.match(openssl.run(...check, '-queryfile', 'request.tsq'), /Verification: OK/);
  openssl.file('other.tsq', encodeTimeStampRequest({ ...asked, nonce: Uint8Array.of(1) }));
  openssl.fails(...check, '-queryfile', 'other.tsq');
  const text = openssl.run('ts', '-reply', '-in', 'response.tsr', '-text');
  assert.ok(text.includes('Nov 21 12:30:15.12 2026 GMT') && text.includes('0x01 seconds, 0x01F4 millis'), text);
});

test('a time-stamp of openssl is proven', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('unit.pem', toPem('CERTIFICATE', unit.certificate.encoded));
  openssl.file('chain.pem', toPem('CERTIFICATE', issuing.certificate.encoded));
  openssl.file('key.pem', unit.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  openssl.file('serial', '01');
  openssl.file(
    'ts.cnf',
    [
      '[t]',
      'default_tsa=a',
      '[a]',
      'serial=serial',
      'digests=sha256',
      `default_policy=${TEST_POLICY}`,
      'accuracy=secs:1',
      'signer_digest=sha256',
      'ess_cert_id_alg=sha256',
      'tsa_name=yes',
      '',
    ].join('\n'),
  );
  openssl.file('request.tsq', encodeTimeStampRequest(REQUEST));
  openssl.run(
    'ts',
    '-reply',
    '-queryfile',
    'request.tsq',
    '-config',
    'ts.cnf',
    '-section',
    'a',
    '-signer',
    'unit.pem',
    '-inkey',
    'key.pem',
    '-chain',
    'chain.pem',
    '-out',
    'response.tsr',
  );
  const proof = verifyTimeStampResponse(readFileSync(openssl.path('response.tsr')), TRUST, REQUEST);
  assert.ok(Math.abs(proof.genTimeMs - Date.now()) < 60_000);
  assert.equal(proof.info.accuracyMs, 1000);
  assert.equal(toHex(proof.info.authorityName!), toHex(unit.certificate.subject.encoded));
});

test('a changed octet is refused by name, or leaves what was proven as it was', () => {
  const token = tokenOf(INFO);
  const before = toHex(parseTimeStampToken(token).content);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const copy = Uint8Array.from(token);
      copy[at]! ^= mask;
      try {
        verifyTimeStampToken(copy, TRUST, REQUEST);
        assert.equal(toHex(parseTimeStampToken(copy).content), before);
      } catch (error) {
        assert.ok(
          [Asn1Error, CmsError, TspError, X509Error, AlgorithmError].some((known) => error instanceof known),
          String(error),
        );
      }
    }),
    { numRuns: 500 },
  );
});

type TokenChanges = {
  readonly unit?: Party;
  readonly certificates?: readonly Uint8Array[];
  readonly contentType?: string;
  readonly signedContent?: Uint8Array;
};

function makeUnit(extensions: readonly Extension[]): Party {
  return issue(issuing, { key: generateKey('p256'), subject: personName('TSU'), extensions });
}

function tokenOf(info: TimeStampInfo, changes: TokenChanges = {}): Uint8Array {
  const content = encodeTimeStampInfo(info);
  const by = changes.unit ?? unit;
  const signedAttributes = encodeSignedAttributes({
    contentType: CONTENT_TYPE.timeStampInfo,
    messageDigest: sha256(changes.signedContent ?? content),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: sha256(by.certificate.encoded) },
  });
  return encodeSignedData({
    contentType: changes.contentType ?? CONTENT_TYPE.timeStampInfo,
    content,
    certificates: changes.certificates ?? [by.certificate.encoded, issuing.certificate.encoded],
    signer: {
      certificate: by.certificate,
      digestAlgorithm: 'sha256',
      signedAttributes,
      signatureAlgorithm: by.key.algorithm,
      signature: sign(by.key, signedAttributes),
    },
  });
}
