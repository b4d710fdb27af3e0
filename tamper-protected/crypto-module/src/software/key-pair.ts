// SPDX-License-Identifier: Apache-2.0
import { constants, createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { CryptoModuleError } from '../error.ts';

export interface KeyPair {
  /** DER, with the public key inside where the format has a place for it. The caller wipes it. */
  readonly pkcs8: Buffer;
  readonly publicKey: Uint8Array;
}

export function newKeyPair(algorithm: KeyAlgorithm): KeyPair {
  return exported(generated(algorithm));
}

/** The same without holding up other work: the primes of an RSA key take up to seconds, and meanwhile others sign. */
export async function newKeyPairSoon(algorithm: KeyAlgorithm): Promise<KeyPair> {
  if (!isRsa(algorithm)) return newKeyPair(algorithm);
  return exported(await promisify(generateKeyPair)('rsa', rsaOptions(algorithm)));
}

export function isRsa(algorithm: KeyAlgorithm): algorithm is 'RSA-3072' | 'RSA-4096' {
  return algorithm === 'RSA-3072' || algorithm === 'RSA-4096';
}

interface Generated {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function exported({ privateKey, publicKey }: Generated): KeyPair {
  return { pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }), publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
}

function rsaOptions(algorithm: 'RSA-3072' | 'RSA-4096'): { readonly modulusLength: number; readonly publicExponent: number } {
  return { modulusLength: Number(algorithm.slice(4)), publicExponent: 65_537 };
}

function generated(algorithm: KeyAlgorithm): Generated {
  switch (algorithm) {
    case 'P-256':
    case 'P-384':
      return generateKeyPairSync('ec', { namedCurve: algorithm });
    case 'RSA-3072':
    case 'RSA-4096':
      return generateKeyPairSync('rsa', rsaOptions(algorithm));
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    case 'ML-DSA-65':
      return generateKeyPairSync('ml-dsa-65');
  }
}

/** Signs a whole message with node:crypto; ECDSA as DER. */
export function signMessage(pkcs8: Uint8Array, algorithm: SignatureAlgorithm, message: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length), format: 'der', type: 'pkcs8' });
  return sign('hash' in algorithm ? algorithm.hash : null, message, { key, ...paddingOf(algorithm) });
}

/** Throws signature_wrong where the signature is not the key's over the message. */
export function verifyMessage(publicKey: Uint8Array, algorithm: SignatureAlgorithm, message: Uint8Array, signature: Uint8Array): void {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  if (!verify('hash' in algorithm ? algorithm.hash : null, message, { key, ...paddingOf(algorithm) }, signature)) throw new CryptoModuleError('signature_wrong');
}

function paddingOf(algorithm: SignatureAlgorithm): { readonly padding?: number; readonly saltLength?: number } {
  if (algorithm.scheme === 'rsa-pkcs1') return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithm.scheme === 'rsa-pss') return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes };
  return {};
}
