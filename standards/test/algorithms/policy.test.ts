// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Act,
  allowHash,
  allowKey,
  allowSignature,
  HASH_NAMES,
  type KeyKind,
  type SignatureAlgorithm,
} from '../../algorithms/index.ts';

const ACTS: readonly Act[] = ['generate', 'certify', 'sign'];
const IN_2026 = Date.UTC(2026, 10, 21);
const END_2026 = Date.UTC(2027, 0, 1) - 1;
const END_2028 = Date.UTC(2029, 0, 1) - 1;
const P256: KeyKind = { kind: 'ec', curve: 'P-256' };
const P384: KeyKind = { kind: 'ec', curve: 'P-384' };
const rsa = (modulusBits: number): KeyKind => ({ kind: 'rsa', modulusBits });

test('the recommended keys are allowed for every act, without an end', () => {
  for (const key of [P256, P384, rsa(3000), rsa(3072), rsa(4096), { kind: 'ed25519' }, { kind: 'ml-dsa-65' }] satisfies KeyKind[]) {
    for (const act of ACTS) {
      const { status, actUntilMs } = allowKey('eu-2026', act, key, Date.UTC(2035, 0, 1));
      assert.deepEqual([status, actUntilMs], ['recommended', null]);
    }
  }
});

test('RSA below 3000 bits: no new key and no new certificate after 2026, none valid after 2028', () => {
  for (const act of ['generate', 'certify'] satisfies Act[]) {
    const allowed = allowKey('eu-2026', act, rsa(2048), END_2026);
    assert.deepEqual([allowed.status, allowed.actUntilMs, allowed.certificateUntilMs], ['legacy', END_2026, END_2028]);
    assert.throws(() => allowKey('eu-2026', act, rsa(2048), END_2026 + 1), { code: 'algorithm_not_allowed', subject: 'rsa-2048' });
    assert.throws(() => allowKey('eu-2026', act, rsa(2999), END_2026 + 1), { code: 'algorithm_not_allowed' });
  }
  allowKey('eu-2026', 'sign', rsa(2048), END_2028);
  assert.throws(() => allowKey('eu-2026', 'sign', rsa(2048), END_2028 + 1), { code: 'algorithm_not_allowed' });
  assert.throws(() => allowKey('eu-2026', 'sign', rsa(1899), IN_2026), { code: 'algorithm_not_allowed' });
});

test('a moment that is no number allows nothing', () => {
  assert.throws(() => allowKey('eu-2026', 'sign', P256, Number.NaN), { code: 'algorithm_not_allowed' });
  assert.throws(() => allowHash('eu-2026', 'sha256', Number.NaN), { code: 'algorithm_not_allowed' });
});

test('an algorithm must fit its key, and its hash the curve', () => {
  const fits: readonly (readonly [SignatureAlgorithm, KeyKind, string])[] = [
    [{ scheme: 'ecdsa', hash: 'sha256' }, P256, 'recommended'],
    [{ scheme: 'ecdsa', hash: 'sha384' }, P384, 'recommended'],
    [{ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }, rsa(3072), 'recommended'],
    [{ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }, rsa(2048), 'legacy'],
    [{ scheme: 'rsa-pkcs1', hash: 'sha256' }, rsa(3072), 'legacy'],
    [{ scheme: 'ed25519' }, { kind: 'ed25519' }, 'recommended'],
    [{ scheme: 'ml-dsa-65' }, { kind: 'ml-dsa-65' }, 'recommended'],
  ];
  for (const [algorithm, key, status] of fits) assert.equal(allowSignature('eu-2026', 'sign', algorithm, key, IN_2026).status, status);
  const misfits: readonly (readonly [SignatureAlgorithm, KeyKind])[] = [
    [{ scheme: 'ecdsa', hash: 'sha256' }, P384],
    [{ scheme: 'ecdsa', hash: 'sha384' }, P256],
    [{ scheme: 'ecdsa', hash: 'sha256' }, rsa(3072)],
    [{ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 20 }, rsa(3072)],
    [{ scheme: 'rsa-pkcs1', hash: 'sha256' }, P256],
    [{ scheme: 'ed25519' }, P256],
    [{ scheme: 'ml-dsa-65' }, { kind: 'ed25519' }],
  ];
  for (const [algorithm, key] of misfits)
    assert.throws(() => allowSignature('eu-2026', 'sign', algorithm, key, IN_2026), { code: 'algorithm_not_allowed' });
});

test('the hashes of the table are recommended', () => {
  for (const hash of HASH_NAMES) assert.equal(allowHash('eu-2026', hash, IN_2026).status, 'recommended');
});
