// SPDX-License-Identifier: Apache-2.0
// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7, RFC 5480, RFC 8410, RFC 9881).
import { type Asn1Reader, bitString, integer, nullValue, oid, readDer, sequence } from '../asn1/index.ts';
import { sameBytes } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  type Curve,
  CURVES,
  KEY_OID,
  type KeyKind,
  ML_DSA_65_PUBLIC_KEY_BYTES,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import { X509Error } from './error.ts';

export type PublicKey =
  /** The uncompressed point: 04, x, y. */
  | { readonly kind: 'ec'; readonly curve: Curve; readonly point: Uint8Array }
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ed25519'; readonly key: Uint8Array }
  | { readonly kind: 'ml-dsa-65'; readonly key: Uint8Array };

export function encodePublicKey(key: PublicKey): Uint8Array<ArrayBuffer> {
  switch (key.kind) {
    case 'ec':
      return sequence(sequence(oid(KEY_OID.ec), oid(CURVES[key.curve].oid)), bitString(checked(key).point));
    case 'rsa':
      return sequence(sequence(oid(KEY_OID.rsa), nullValue()), bitString(sequence(integer(key.modulus), integer(checked(key).exponent))));
    case 'ed25519':
    case 'ml-dsa-65':
      return sequence(sequence(oid(KEY_OID[key.kind])), bitString(checked(key).key));
  }
}

/** A key of the kinds that the house uses; others are refused. That an EC point lies on its curve is for whoever uses the key. */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  const { algorithm, bits } = readPublicKeyInfo(spki);
  if (algorithm.oid === KEY_OID.rsa) return parseRsa(algorithm, bits);
  if (algorithm.oid === KEY_OID.ec) return parseEc(algorithm, bits);
  const kind = ([KEY_OID.ed25519, KEY_OID['ml-dsa-65']] as const).find((type) => type === algorithm.oid);
  if (kind === undefined || algorithm.parameters !== null) throw new X509Error('x509_key_not_supported', algorithm.oid);
  return checked({ kind: kind === KEY_OID.ed25519 ? 'ed25519' : 'ml-dsa-65', key: bits });
}

export function keyKindOf(key: PublicKey): KeyKind {
  switch (key.kind) {
    case 'ec':
      return { kind: 'ec', curve: key.curve };
    case 'rsa':
      return { kind: 'rsa', modulusBits: bitLength(key.modulus) };
    case 'ed25519':
    case 'ml-dsa-65':
      return { kind: key.kind };
  }
}

/** The contents of the BIT STRING: what key identifiers and OCSP's issuerKeyHash are made over. Of any kind of key. */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  return readPublicKeyInfo(spki).bits;
}

/** The key identifier that the house writes: the leftmost 160 bits of SHA-256 over the key's bits (RFC 7093 section 2, method 1). */
export function keyIdentifier(spki: Uint8Array, sha256: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  return sha256(publicKeyBits(spki)).slice(0, 20);
}

function readPublicKeyInfo(spki: Uint8Array): { readonly algorithm: AlgorithmIdentifier; readonly bits: Uint8Array } {
  const fields: Asn1Reader = readDer(spki, { sizeBytesMax: 16_384, depthMax: 6, elementsMax: 64 }).sequence();
  const algorithm = readAlgorithmIdentifier(fields);
  const bits = fields.bitString();
  fields.end();
  return { algorithm, bits };
}

function parseEc(algorithm: AlgorithmIdentifier, point: Uint8Array): PublicKey {
  const curve = (Object.keys(CURVES) as Curve[]).find((name) => {
    return algorithm.parameters !== null && sameBytes(algorithm.parameters, oid(CURVES[name].oid));
  });
  if (curve === undefined) throw new X509Error('x509_key_not_supported', 'curve');
  return checked({ kind: 'ec', curve, point });
}

function parseRsa(algorithm: AlgorithmIdentifier, bits: Uint8Array): PublicKey {
  if (algorithm.parameters === null || !sameBytes(algorithm.parameters, nullValue()))
    throw new X509Error('x509_key_not_supported', 'RSA parameters');
  const numbers = readDer(bits, { sizeBytesMax: 4096, depthMax: 2, elementsMax: 3 }).sequence();
  const key = { kind: 'rsa', modulus: numbers.integerBytes(), exponent: numbers.integerBytes() } as const;
  numbers.end();
  return checked(key);
}

function checked<K extends PublicKey>(key: K): K {
  if (!isSound(key)) throw new X509Error('x509_key_not_supported', `${key.kind}: form`);
  return key;
}

function isSound(key: PublicKey): boolean {
  switch (key.kind) {
    case 'ec':
      return key.point[0] === 4 && key.point.length === 1 + 2 * CURVES[key.curve].fieldBytes;
    case 'rsa':
      return isSoundRsa(bitLength(key.modulus), (key.modulus.at(-1) ?? 0) & 1, key.exponent);
    case 'ed25519':
      return key.key.length === 32;
    case 'ml-dsa-65':
      return key.key.length === ML_DSA_65_PUBLIC_KEY_BYTES;
  }
}

/** The exponent is odd, above 2^16 and below 2^256 (ETSI TS 119 312). */
function isSoundRsa(modulusBits: number, modulusOdd: number, exponent: Uint8Array): boolean {
  const exponentBits = bitLength(exponent);
  return (
    modulusOdd === 1 &&
    modulusBits >= 1024 &&
    modulusBits <= 16_384 &&
    exponentBits > 16 &&
    exponentBits <= 256 &&
    (exponent.at(-1)! & 1) === 1
  );
}

function bitLength(magnitude: Uint8Array): number {
  const start = magnitude.findIndex((octet) => octet !== 0);
  return start === -1 ? 0 : (magnitude.length - start) * 8 - (Math.clz32(magnitude[start]!) - 24);
}
