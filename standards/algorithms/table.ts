// SPDX-License-Identifier: Apache-2.0
// Every algorithm of the house with its object identifiers, once.

export type Sha2 = 'sha256' | 'sha384' | 'sha512';
export type HashAlgorithm = Sha2 | 'sha3-256' | 'sha3-384' | 'sha3-512';

export const HASHES: Readonly<Record<HashAlgorithm, { readonly oid: string; readonly lengthBytes: number }>> = {
  sha256: { oid: '2.16.840.1.101.3.4.2.1', lengthBytes: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', lengthBytes: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', lengthBytes: 64 },
  'sha3-256': { oid: '2.16.840.1.101.3.4.2.8', lengthBytes: 32 },
  'sha3-384': { oid: '2.16.840.1.101.3.4.2.9', lengthBytes: 48 },
  'sha3-512': { oid: '2.16.840.1.101.3.4.2.10', lengthBytes: 64 },
};

export type Curve = 'P-256' | 'P-384';

export const CURVES: Readonly<Record<Curve, { readonly oid: string; readonly fieldBytes: number; readonly matchingHashBytes: number }>> = {
  'P-256': { oid: '1.2.840.10045.3.1.7', fieldBytes: 32, matchingHashBytes: 32 },
  'P-384': { oid: '1.3.132.0.34', fieldBytes: 48, matchingHashBytes: 48 },
};

/** What a key is, as far as an algorithm must fit it. */
export type KeyKind =
  | { readonly kind: 'ec'; readonly curve: Curve }
  | { readonly kind: 'rsa'; readonly modulusBits: number }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ml-dsa-65' };

export const KEY_OID = {
  ec: '1.2.840.10045.2.1',
  rsa: '1.2.840.113549.1.1.1',
  ed25519: '1.3.101.112',
  'ml-dsa-65': '2.16.840.1.101.3.4.3.18',
} as const;

export const ML_DSA_65_PUBLIC_KEY_BYTES = 1952;

/** How a signature is made. With PSS, MGF1 uses the same hash. Ed25519 and ML-DSA sign the message itself. */
export type SignatureAlgorithm =
  | { readonly scheme: 'ecdsa'; readonly hash: Sha2 }
  | { readonly scheme: 'rsa-pkcs1'; readonly hash: Sha2 }
  | { readonly scheme: 'rsa-pss'; readonly hash: HashAlgorithm; readonly saltBytes: number }
  | { readonly scheme: 'ed25519' }
  | { readonly scheme: 'ml-dsa-65' };

export const ECDSA_OID: Readonly<Record<Sha2, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};

export const RSA_PKCS1_OID: Readonly<Record<Sha2, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};

export const RSA_PSS_OID = '1.2.840.113549.1.1.10';
export const MGF1_OID = '1.2.840.113549.1.1.8';

/** For the identifiers that older formats fix to SHA-1 (OCSP CertID, RFC 3161 ESSCertID). Never for a signature. */
export const SHA1_OID = '1.3.14.3.2.26';

export const SHA2_NAMES: readonly Sha2[] = ['sha256', 'sha384', 'sha512'];
export const HASH_NAMES: readonly HashAlgorithm[] = [...SHA2_NAMES, 'sha3-256', 'sha3-384', 'sha3-512'];
