// SPDX-License-Identifier: Apache-2.0
// Keys for tests, and the functions that pure code is given: hashing, signing and verifying by node:crypto.
import * as crypto from 'node:crypto';
import type { SignatureAlgorithm } from '../../algorithms/index.ts';
import type { VerifySignature } from '../../x509/index.ts';

export type TestKey = {
  readonly spki: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: crypto.KeyObject;
};

export type TestKeyKind = 'p256' | 'p384' | 'rsa-pkcs1' | 'rsa-pss' | 'ed25519' | 'ml-dsa-65';

export const TEST_KEY_KINDS: readonly TestKeyKind[] = ['p256', 'p384', 'rsa-pkcs1', 'rsa-pss', 'ed25519', 'ml-dsa-65'];

const GENERATE: Readonly<Record<TestKeyKind, () => { publicKey: crypto.KeyObject; privateKey: crypto.KeyObject }>> = {
  p256: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'rsa-pkcs1': () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-pss': () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ed25519: () => crypto.generateKeyPairSync('ed25519'),
  'ml-dsa-65': () => crypto.generateKeyPairSync('ml-dsa-65'),
};

const ALGORITHMS: Readonly<Record<TestKeyKind, SignatureAlgorithm>> = {
  p256: { scheme: 'ecdsa', hash: 'sha256' },
  p384: { scheme: 'ecdsa', hash: 'sha384' },
  'rsa-pkcs1': { scheme: 'rsa-pkcs1', hash: 'sha256' },
  'rsa-pss': { scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 },
  ed25519: { scheme: 'ed25519' },
  'ml-dsa-65': { scheme: 'ml-dsa-65' },
};

export function generateKey(kind: TestKeyKind): TestKey {
  const { publicKey, privateKey } = GENERATE[kind]();
  return { spki: publicKey.export({ type: 'spki', format: 'der' }), algorithm: ALGORITHMS[kind], privateKey };
}

export function sign(key: TestKey, message: Uint8Array): Uint8Array {
  return crypto.sign(hashOf(key.algorithm), message, { key: key.privateKey, ...padding(key.algorithm) });
}

export const verify: VerifySignature = (algorithm, spki, message, signature) => {
  const key = crypto.createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (!crypto.verify(hashOf(algorithm), message, { key, ...padding(algorithm) }, signature)) throw new Error('wrong signature');
};

export function digest(hash: string, bytes: Uint8Array): Uint8Array {
  return crypto.createHash(hash).update(bytes).digest();
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return digest('sha256', bytes);
}

function hashOf(algorithm: SignatureAlgorithm): string | null {
  return 'hash' in algorithm ? algorithm.hash : null;
}

function padding(algorithm: SignatureAlgorithm): { padding?: number; saltLength?: number; dsaEncoding?: 'der' } {
  if (algorithm.scheme === 'rsa-pss') return { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes };
  return algorithm.scheme === 'ecdsa' ? { dsaEncoding: 'der' } : {};
}
