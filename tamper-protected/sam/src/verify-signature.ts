// SPDX-License-Identifier: Apache-2.0
// The same check as everywhere in the house, with a key that stays imported: an assertion is verified at every approval.
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { SignatureWrong } from '@sigillo/wire';

export interface ImportedKey {
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
}

export function importKey(algorithm: SignatureAlgorithm, spki: Uint8Array): ImportedKey {
  return { algorithm, key: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }) };
}

/** Throws where the signature is not the key's over the message. ECDSA signatures are in DER; OpenSSL takes one spelling of them. */
export function verifyWithKey({ algorithm, key }: ImportedKey, message: Uint8Array, signature: Uint8Array): void {
  if (!isRight(algorithm, key, message, signature)) throw new SignatureWrong('signature');
}

function isRight(algorithm: SignatureAlgorithm, key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return verify(algorithm.hash, message, { key, dsaEncoding: 'der' }, signature);
    case 'rsa-pkcs1':
      return verify(algorithm.hash, message, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    case 'rsa-pss':
      return verify(algorithm.hash, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes }, signature);
    case 'ed25519':
    case 'ml-dsa-65':
      return verify(null, message, key, signature);
  }
}
