// SPDX-License-Identifier: Apache-2.0
// The powers of a process that pure rooms take as arguments: digests, the check of a signature, randomness, the monotonic clock.
import { constants, createHmac, createPublicKey, hash, randomBytes, randomFillSync, verify, type KeyObject } from 'node:crypto';
import type { HashAlgorithm, SignatureAlgorithm } from '@sigillo/standards/algorithms';

export function sha256(bytes: Uint8Array): Uint8Array {
  return digest('sha256', bytes);
}

/** SHA-1 only names issuers in OCSP; nothing is trusted because of it. */
export function digest(algorithm: HashAlgorithm | 'sha1', bytes: Uint8Array): Uint8Array {
  return fromLatin1(hash(algorithm, bytes, 'latin1'));
}

/** HMAC of the parts, one after the other. */
export function hmacSha256(key: Uint8Array, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return fromLatin1(hmac.digest('latin1'));
}

/** Short arrays live in V8's own heap: a digest that OpenSSL's binding gives as a buffer costs twice as much, memory outside of the heap most of all. */
function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const POOL_BYTES = 4096;
const pool = new Uint8Array(POOL_BYTES);
let drawn = POOL_BYTES;

/** Fresh random bytes. Short ones come from a pool that is filled at once and overwritten as it is drawn from. */
export function random(length: number): Uint8Array {
  if (length > POOL_BYTES / 16) return randomBytes(length);
  if (drawn + length > POOL_BYTES) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = pool.slice(drawn, drawn + length);
  pool.fill(0, drawn, drawn + length);
  drawn += length;
  return bytes;
}

/** Milliseconds of a clock that nobody sets; the same for all processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** Thrown where a signature is not proven; says nothing about why, since every reason is a wrong signature. */
export class SignatureWrong extends Error {
  override readonly name = 'SignatureWrong';
}

/** A public key that stays imported, with the algorithm that it may be used with. */
export interface VerificationKey {
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
}

/** Throws SignatureWrong where the bytes are no key, or one of another kind than the algorithm's. */
export function importVerificationKey(algorithm: SignatureAlgorithm, spki: Uint8Array): VerificationKey {
  const key = attempt(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
  if (!fits(algorithm, key)) throw new SignatureWrong('signature');
  return { algorithm, key };
}

/** Throws SignatureWrong where the signature is not the key's over the message. ECDSA signatures are in DER. */
export function verifyWithKey({ algorithm, key }: VerificationKey, message: Uint8Array, signature: Uint8Array): void {
  if (!attempt(() => isRight(algorithm, key, message, signature))) throw new SignatureWrong('signature');
}

/** The same for a key that is used once. */
export function verifySignature(algorithm: SignatureAlgorithm, spki: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
  verifyWithKey(importVerificationKey(algorithm, spki), message, signature);
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new SignatureWrong('signature', { cause });
  }
}

const KEY_TYPES: Readonly<Record<SignatureAlgorithm['scheme'], string>> = {
  ecdsa: 'ec',
  'rsa-pkcs1': 'rsa',
  'rsa-pss': 'rsa',
  ed25519: 'ed25519',
  'ml-dsa-65': 'ml-dsa-65',
};

/** Without this an RSA key could answer for an ECDSA algorithm: node:crypto goes by the key alone. */
function fits(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  return key.asymmetricKeyType === KEY_TYPES[algorithm.scheme];
}

/** RFC 8017, 8.1.2 and 8.2.2, step 1. Without this OpenSSL takes an RSA-PSS signature that lacks a leading zero: a second spelling. */
function isAsLongAsModulus(key: KeyObject, signature: Uint8Array): boolean {
  return signature.length === Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function isRight(algorithm: SignatureAlgorithm, key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType === 'rsa' && !isAsLongAsModulus(key, signature)) return false;
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
