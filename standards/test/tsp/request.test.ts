// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { HASH_NAMES, HASHES } from '../../algorithms/index.ts';
import { boolean, explicit, integer, nullValue, octetString, oid, sequence } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import {
  encodeGrantedResponse,
  encodeRejectedResponse,
  encodeTimeStampRequest,
  parseTimeStampRequest,
  parseTimeStampResponse,
  timeStampFailureOf,
  type TimeStampRequest,
  TspError,
} from '../../tsp/index.ts';
import { sha256 } from '../pki/keys.ts';
import { openSsl } from '../pki/openssl.ts';

const request = fc.record(
  {
    imprint: fc.constantFrom(...HASH_NAMES).map((hash) => ({ hash, digest: new Uint8Array(HASHES[hash].lengthBytes).fill(3) })),
    policy: fc.constantFrom(null, '2.999.1.7', '0.4.0.2023.1.1'),
    nonce: fc.option(fc.uint8Array({ maxLength: 30 }).map((bytes) => Uint8Array.of(1, ...bytes))),
    certificateRequested: fc.boolean(),
  },
  { noNullPrototype: true },
);

test('requests come back', () => {
  fc.assert(
    fc.property(request, (asked: TimeStampRequest) => assert.deepEqual(parseTimeStampRequest(encodeTimeStampRequest(asked)), asked)),
  );
});

test('requests of openssl are read, and ours are read by openssl', (t) => {
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('data', 'data');
  openssl.run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-tspolicy', '1.2.3.4', '-out', 'theirs.tsq');
  const asked = parseTimeStampRequest(readFileSync(openssl.path('theirs.tsq')));
  assert.deepEqual(asked.imprint, { hash: 'sha256', digest: new Uint8Array(sha256(Buffer.from('data'))) });
  assert.deepEqual([asked.policy, asked.certificateRequested, asked.nonce !== null], ['1.2.3.4', true, true]);
  openssl.file('ours.tsq', encodeTimeStampRequest({ ...asked, nonce: Uint8Array.of(0xab, 0xcd) }));
  const text = openssl.run('ts', '-query', '-in', 'ours.tsq', '-text');
  for (const part of ['0xABCD', 'Certificate required: yes', 'Policy OID: 1.2.3.4', 'Hash Algorithm: sha256'])
    assert.ok(text.includes(part), text);
});

test('each fault has its own code, and a failure for the answer', () => {
  const imprint = (type = HASHES.sha256.oid, length = 32): Uint8Array => sequence(sequence(oid(type)), octetString(new Uint8Array(length)));
  const bad: readonly (readonly [Uint8Array, string, string])[] = [
    [sequence(integer(2), imprint()), 'tsp_version', 'badRequest'],
    [sequence(integer(1), imprint('1.3.14.3.2.26', 20)), 'tsp_bad_algorithm', 'badAlg'],
    [sequence(integer(1), imprint('1.2.3')), 'tsp_bad_algorithm', 'badAlg'],
    [sequence(integer(1), imprint(HASHES.sha256.oid, 20)), 'tsp_digest_length', 'badDataFormat'],
    [
      sequence(integer(1), imprint(), explicit(0, sequence(oid('1.2.3'), octetString(nullValue())))),
      'tsp_extension',
      'unacceptedExtension',
    ],
    [sequence(integer(1), imprint(), boolean(false)), 'tsp_bad_request', 'badDataFormat'],
    [sequence(integer(1), imprint(), integer(new Uint8Array(65).fill(1))), 'tsp_bad_request', 'badDataFormat'],
    [sequence(integer(1), imprint(), Uint8Array.of(2, 1, 0xff)), 'tsp_bad_request', 'badDataFormat'],
    [sequence(integer(1), imprint(), nullValue()), 'tsp_bad_request', 'badDataFormat'],
    [concat(sequence(integer(1), imprint()), Uint8Array.of(0)), 'tsp_bad_request', 'badDataFormat'],
    [Uint8Array.of(), 'tsp_bad_request', 'badDataFormat'],
    [new Uint8Array(5000), 'tsp_bad_request', 'badDataFormat'],
  ];
  for (const [bytes, code, failure] of bad) {
    assert.throws(
      () => parseTimeStampRequest(bytes),
      (error) => error instanceof TspError && error.code === code && timeStampFailureOf(error.code) === failure,
      code,
    );
  }
});

test('a refusal comes back with its reason, and openssl shows it', (t) => {
  const refusal = encodeRejectedResponse('unacceptedPolicy', 'policy is not offered');
  assert.deepEqual(parseTimeStampResponse(refusal), { outcome: 'rejected', failures: ['unacceptedPolicy'], text: 'policy is not offered' });
  const openssl = openSsl(t);
  if (openssl === null) return;
  openssl.file('refusal.tsr', refusal);
  const text = openssl.run('ts', '-reply', '-in', 'refusal.tsr', '-text');
  assert.ok(text.includes('Rejected') && text.includes('policy is not offered') && text.includes('policy is not supported'), text);
});

test('a token without a grant, and a grant without a token, are refused', () => {
  const token = sequence(oid('1.2.3'));
  const parsed = parseTimeStampResponse(encodeGrantedResponse(token));
  assert.ok(parsed.outcome === 'granted');
  assert.equal(toHex(parsed.token), toHex(token));
  for (const status of [0, 1]) assert.throws(() => parseTimeStampResponse(sequence(sequence(integer(status)))), { code: 'tsp_status' });
  for (const status of [2, 3, 4, 5])
    assert.throws(() => parseTimeStampResponse(sequence(sequence(integer(status)), token)), { code: 'tsp_status' });
  assert.throws(() => parseTimeStampResponse(sequence(sequence(integer(6)))), { code: 'asn1_number_range' });
});
