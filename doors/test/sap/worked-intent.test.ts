// SPDX-License-Identifier: Apache-2.0
// The worked example of the protocol: an intent of 574 bytes, its challenge, and the code for comparing two screens.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as cborg from 'cborg';
import { toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { decode, encode } from '@sigillo/doors/schema';
import { challengePreimage, codePreimage, comparisonCode, intentBody, type IntentBody } from '@sigillo/doors/sap';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);

const INTENT: IntentBody = {
  version: 1,
  operation: 'sign',
  deploymentId: repeated(0x11, 16),
  samId: repeated(0x22, 16),
  operationNumber: 4242,
  nonce: repeated(0x33, 32),
  signerId: repeated(0x44, 16),
  keyId: repeated(0x55, 16),
  keyVersion: 7,
  certificateHash: repeated(0x66, 32),
  authenticatorsHash: sha256(repeated(0x77, 32)),
  clientId: 'https://rp.example|client-7',
  clientKeyThumbprint: repeated(0x88, 32),
  hashAlgorithm: '2.16.840.1.101.3.4.2.1',
  signatureAlgorithm: '1.2.840.10045.4.3.2',
  signatureParameters: null,
  count: 2,
  items: [
    { dtbsr: sha256(utf8('DTBS 0')), documentDigest: sha256(utf8('DOC 0')), name: 'contract.pdf', mediaType: 'application/pdf', sizeBytes: 182_736 },
    { dtbsr: sha256(utf8('DTBS 1')), documentDigest: sha256(utf8('DOC 1')), name: 'annex-a.pdf', mediaType: 'application/pdf', sizeBytes: 9912 },
  ],
  notBefore: 1_795_000_000,
  expires: 1_795_000_120,
  policyHash: repeated(0x99, 32),
  language: 'en',
  soleControlLevel: 2,
  itemsRoot: null,
};

const BODY = [
  'b7010102647369676e03501111111111111111111111111111111104502222222222222222222222222222222205191092065820',
  '33333333333333333333333333333333333333333333333333333333333333330750444444444444444444444444444444440850',
  '5555555555555555555555555555555509070a582066666666666666666666666666666666666666666666666666666666666666',
  '660b5820e29442e61ad354e5cb0831e2e8359e8fb50cf024ad5a8f407c8f9de63bdf73710c781b68747470733a2f2f72702e6578',
  '616d706c657c636c69656e742d370d582088888888888888888888888888888888888888888888888888888888888888880e7632',
  '2e31362e3834302e312e3130312e332e342e322e310f73312e322e3834302e31303034352e342e332e3210f611021282a5015820',
  '200b931d006492887dec92f481cc5ce8be4d944ba852550ac8cfcfc1d12a0e34025820b4bcf13567dc2a2ee75887909010013d01',
  '5480471451bea46fb3064cf7275bc1036c636f6e74726163742e706466046f6170706c69636174696f6e2f706466051a0002c9d0',
  'a50158205c03b43499a199709223236e0b844e450cd92ff8df0486c7a95577cf8c68f3ed025820b1ce837da96a8ddc852d316383',
  '6af24d2430d45c984ae95d54742a443a4e7651036b616e6e65782d612e706466046f6170706c69636174696f6e2f706466051926',
  'b8131a6afd86c0141a6afd873815582099999999999999999999999999999999999999999999999999999999999999991662656e',
  '1702',
].join('');

test('the worked intent comes out byte for byte', () => {
  const body = encode(intentBody, INTENT);
  assert.equal(body.length, 574);
  assert.equal(toHex(body), BODY);
  assert.deepEqual(encode(intentBody, decode(intentBody, body)), body);
  const fields = cborg.decode(body, { strict: true, useMaps: true, allowIndefinite: false }) as ReadonlyMap<number, unknown>;
  assert.deepEqual([...fields.keys()], Array.from({ length: 23 }, (_, i) => i + 1));
  assert.equal(toHex(cborg.encode(fields, cborg.rfc8949EncodeOptions)), BODY);
});

test('its challenge and its code', () => {
  const challenge = sha256(challengePreimage('sign', encode(intentBody, INTENT)));
  assert.equal(toHex(challenge), 'af6027fc6c3ed78feafe9689f2986e7fd464f587636c61418c6c4524c6dda95e');
  assert.equal(toBase64url(challenge), 'r2An_Gw-14_q_paJ8phuf9Rk9YdjbGFBjGxFJMbdqV4');
  assert.equal(comparisonCode(sha256(codePreimage(challenge))), '0142 0423');
});

test('every bit of the body is in the challenge', () => {
  const body = encode(intentBody, INTENT);
  const seen = new Set<string>();
  for (let bit = 0; bit < body.length * 8; bit++) {
    const bent = Uint8Array.from(body);
    bent[bit >> 3]! ^= 1 << (bit & 7);
    seen.add(toHex(sha256(challengePreimage('sign', bent))));
  }
  seen.add(toHex(sha256(challengePreimage('sign', body))));
  assert.equal(seen.size, body.length * 8 + 1);
});
