// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { toHex, utf8 } from '@sigillo/standards/bytes';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { digest, monotonicMs, random, sha256, SignatureWrong, verifySignature } from '../src/index.ts';

const message = utf8('message');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const spki = (pair: { readonly publicKey: typeof ec.publicKey }): Uint8Array => pair.publicKey.export({ format: 'der', type: 'spki' });
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const rows: readonly (readonly [SignatureAlgorithm, Uint8Array, Uint8Array])[] = [
  [{ scheme: 'ecdsa', hash: 'sha256' }, spki(ec), sign('sha256', message, ec.privateKey)],
  [{ scheme: 'rsa-pkcs1', hash: 'sha256' }, spki(rsa), sign('sha256', message, rsa.privateKey)],
  [{ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }, spki(rsa), sign('sha256', message, { key: rsa.privateKey, ...pss })],
  [{ scheme: 'ed25519' }, spki(ed), sign(null, message, ed.privateKey)],
];
for (const [algorithm, publicKey, signature] of rows) {
  test(`a signature is right for its own algorithm, key and message: ${algorithm.scheme}`, () => {
    verifySignature(algorithm, publicKey, message, signature);
    assert.throws(() => verifySignature(algorithm, publicKey, utf8('other'), signature), SignatureWrong);
    assert.throws(() => verifySignature(algorithm, publicKey, message, signature.subarray(1)), SignatureWrong);
    assert.throws(() => verifySignature(algorithm, publicKey.subarray(1), message, signature), SignatureWrong);
    for (const [other] of rows) if (other !== algorithm) assert.throws(() => verifySignature(other, publicKey, message, signature), SignatureWrong);
  });
}

test('an RSA signature without its leading zeros, or with more of them, is no second spelling of it', () => {
  for (const [algorithm, more] of [
    [{ scheme: 'rsa-pkcs1', hash: 'sha256' }, {}],
    [{ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }, pss],
  ] as const) {
    const { text, signature } = startingWithZero((candidate) => sign('sha256', candidate, { key: rsa.privateKey, ...more }));
    verifySignature(algorithm, spki(rsa), text, signature);
    const longer = new Uint8Array([0, ...signature]);
    for (const other of [signature.subarray(1), longer]) {
      assert.throws(() => verifySignature(algorithm, spki(rsa), text, other), SignatureWrong, algorithm.scheme);
    }
  }
});

/** A message whose signature begins with a zero: one of about 256 does. */
function startingWithZero(signed: (text: Uint8Array) => Uint8Array): { readonly text: Uint8Array; readonly signature: Uint8Array } {
  for (let n = 0; ; n++) {
    const text = utf8(`message ${n}`);
    const signature = signed(text);
    if (signature[0] === 0) return { text, signature };
  }
}

test('a salt of another length is another algorithm', () => {
  const [, , [, publicKey, signature]] = rows as readonly [unknown, unknown, (typeof rows)[number]];
  assert.throws(() => verifySignature({ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 20 }, publicKey, message, signature), SignatureWrong);
});

test('digests, randomness and a clock that does not go back', () => {
  assert.equal(toHex(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(digest('sha3-384', message).length, 48);
  assert.notDeepEqual(random(32), random(32));
  const before = monotonicMs();
  assert.ok(Number.isSafeInteger(before) && monotonicMs() >= before);
});

test('random bytes are never given twice, whatever the length', () => {
  const seen = new Set<string>();
  for (let n = 0; n < 3000; n++) {
    const bytes = random(16 + (n % 400));
    assert.equal(bytes.length, 16 + (n % 400));
    seen.add(toHex(bytes.subarray(0, 16)));
  }
  assert.equal(seen.size, 3000);
});
