// SPDX-License-Identifier: Apache-2.0
// Keys that come from a seed and signatures that are the same each time, so that a run can be repeated to the byte. None of these keys
// protects anything.
import { createECDH, createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { concat, fromHex, toHex } from '@sigillo/standards/bytes';
import { type AuthenticatorKey } from '../played/authenticator.ts';

/** Order of the group of P-256 (SEC 2 section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SPKI_HEAD = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const PKCS8_ED25519_HEAD = fromHex('302e020100300506032b657004220420');

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const hmac = (key: Uint8Array, ...parts: readonly (Uint8Array | string)[]): Uint8Array => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** A key pair of P-256. */
export class EcPair {
  readonly spki: Uint8Array;
  readonly publicKey: KeyObject;
  readonly #scalar: bigint;
  /** The number that is to be used once: always the same here, which is quick, and gives the key away to whoever sees two signatures. */
  readonly #r: bigint;
  readonly #inverse: bigint;

  constructor(secret: Uint8Array) {
    const scalar = fold(secret);
    const once = fold(hmac(secret, 'once'));
    this.#scalar = scalar;
    this.#r = numberOf(timesBase(once).subarray(1, 33)) % ORDER;
    this.#inverse = inverse(once);
    this.spki = concat(SPKI_HEAD, timesBase(scalar));
    this.publicKey = createPublicKey({ key: Buffer.from(this.spki), format: 'der', type: 'spki' });
  }

  /** ECDSA with SHA-256 (FIPS 186-5 section 6.4), r and s side by side. */
  sign(message: Uint8Array): Uint8Array {
    const s = (this.#inverse * (numberOf(sha256(message)) + this.#r * this.#scalar)) % ORDER;
    return concat(bytesOf(this.#r), bytesOf(s));
  }

  signDer(message: Uint8Array): Uint8Array {
    const pair = this.sign(message);
    const body = concat(derInteger(pair.subarray(0, 32)), derInteger(pair.subarray(32)));
    return concat(Uint8Array.of(0x30, body.length), body);
  }
}

/** The key of an authenticator that signs with Ed25519, whose signatures are the same each time. */
export function authenticatorKey(secret: Uint8Array): AuthenticatorKey {
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8_ED25519_HEAD, secret)), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key);
  const { x } = publicKey.export({ format: 'jwk' }) as { x: string };
  return {
    credentialId: sha256(secret),
    coseKey: concat(Uint8Array.of(0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32), Buffer.from(x, 'base64url')),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    sign: (bytes) => sign(null, bytes, key),
  };
}

function fold(secret: Uint8Array): bigint {
  return (numberOf(secret) % (ORDER - 1n)) + 1n;
}

function timesBase(scalar: bigint): Uint8Array {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(bytesOf(scalar));
  return curve.getPublicKey();
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function bytesOf(number: bigint): Uint8Array {
  return fromHex(number.toString(16).padStart(64, '0'));
}

function inverse(number: bigint): bigint {
  let [a, b, x, y] = [number, ORDER, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % ORDER) + ORDER) % ORDER;
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  const body = digits[0]! > 127 ? concat(Uint8Array.of(0), digits) : digits;
  return concat(Uint8Array.of(2, body.length), body);
}
