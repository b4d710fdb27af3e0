// SPDX-License-Identifier: Apache-2.0
// AlgorithmIdentifier (RFC 5280 section 4.1.1.2): how algorithms are written into certificates, CMS and requests, and read there.
import { type Asn1Reader, nullValue, oid, readDer, sequence, TAG } from '../asn1/index.ts';
import { sameBytes } from '../bytes/index.ts';
import { AlgorithmError } from './error.ts';
import { encodePssParameters, parsePssParameters } from './pss.ts';
import {
  ECDSA_OID,
  HASH_NAMES,
  HASHES,
  type HashAlgorithm,
  KEY_OID,
  RSA_PKCS1_OID,
  RSA_PSS_OID,
  type Sha2,
  SHA2_NAMES,
  type SignatureAlgorithm,
} from './table.ts';

/** An AlgorithmIdentifier as it stands; nothing is known about it yet. */
export type AlgorithmIdentifier = {
  readonly oid: string;
  readonly parameters: Uint8Array | null;
  readonly encoded: Uint8Array;
};

export function readAlgorithmIdentifier(reader: Asn1Reader): AlgorithmIdentifier {
  const item = reader.take(TAG.sequence);
  const [type, parameters, ...rest] = item.children;
  if (type === undefined || rest.length > 0) throw new AlgorithmError('algorithm_parameters', 'AlgorithmIdentifier');
  return { oid: readDer(type.encoded).oid(), parameters: parameters?.encoded ?? null, encoded: item.encoded };
}

export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array<ArrayBuffer> {
  const { oid: type, parameters } = signatureAlgorithmParts(algorithm);
  return parameters === null ? sequence(oid(type)) : sequence(oid(type), parameters);
}

/** Identifier and parameters apart, as intents and the CSC API carry them. RSA PKCS #1 has NULL in DER, and none there. */
export function signatureAlgorithmParts(algorithm: SignatureAlgorithm): { readonly oid: string; readonly parameters: Uint8Array | null } {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return { oid: ECDSA_OID[algorithm.hash], parameters: null };
    case 'rsa-pkcs1':
      return { oid: RSA_PKCS1_OID[algorithm.hash], parameters: nullValue() };
    case 'rsa-pss':
      return { oid: RSA_PSS_OID, parameters: encodePssParameters(algorithm) };
    case 'ed25519':
    case 'ml-dsa-65':
      return { oid: KEY_OID[algorithm.scheme], parameters: null };
  }
}

/** What an identifier with these parameters names; throws where the house does not have it. */
export function signatureAlgorithmOf(identifier: { readonly oid: string; readonly parameters: Uint8Array | null }): SignatureAlgorithm {
  const { oid: type, parameters } = identifier;
  if (type === RSA_PSS_OID) {
    if (parameters === null) throw new AlgorithmError('algorithm_parameters', type);
    return parsePssParameters(parameters);
  }
  const simple = SIMPLE.get(type);
  if (simple === undefined) throw new AlgorithmError('algorithm_unknown', type);
  if (!mayHaveParameters(simple, parameters)) throw new AlgorithmError('algorithm_parameters', type);
  return simple;
}

/** RFC 5754 section 2: for SHA-2 the parameters are left out; both spellings are read. */
export function encodeHashAlgorithm(hash: HashAlgorithm): Uint8Array<ArrayBuffer> {
  return sequence(oid(HASHES[hash].oid));
}

export function hashAlgorithmOf(identifier: { readonly oid: string; readonly parameters: Uint8Array | null }): HashAlgorithm {
  if (!isNullOrAbsent(identifier.parameters)) throw new AlgorithmError('algorithm_parameters', identifier.oid);
  return hashByOid(identifier.oid);
}

export function hashByOid(type: string): HashAlgorithm {
  const hash = HASH_NAMES.find((name) => HASHES[name].oid === type);
  if (hash === undefined) throw new AlgorithmError('algorithm_unknown', type);
  return hash;
}

/**
 * The algorithm of a CMS signature. CMS may name the key alone (`rsaEncryption`) and leave the hash to the digest algorithm
 * (RFC 5754 section 3.2); where both name a hash, it must be the same one.
 */
export function cmsSignatureAlgorithmOf(signature: AlgorithmIdentifier, digest: AlgorithmIdentifier): SignatureAlgorithm {
  const hash = hashAlgorithmOf(digest);
  if (signature.oid === KEY_OID.rsa) {
    if (!isSha2(hash) || !isNullOrAbsent(signature.parameters)) throw new AlgorithmError('algorithm_parameters', signature.oid);
    return { scheme: 'rsa-pkcs1', hash };
  }
  const algorithm = signatureAlgorithmOf(signature);
  if ('hash' in algorithm && algorithm.hash !== hash) throw new AlgorithmError('algorithm_parameters', signature.oid);
  return algorithm;
}

export function isSha2(hash: HashAlgorithm): hash is Sha2 {
  return (SHA2_NAMES as readonly HashAlgorithm[]).includes(hash);
}

function isNullOrAbsent(parameters: Uint8Array | null): boolean {
  return parameters === null || sameBytes(parameters, NULL);
}

function mayHaveParameters(algorithm: SignatureAlgorithm, parameters: Uint8Array | null): boolean {
  return algorithm.scheme === 'rsa-pkcs1' ? isNullOrAbsent(parameters) : parameters === null;
}

const NULL = nullValue();

const SIMPLE: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ...SHA2_NAMES.map((hash) => [ECDSA_OID[hash], { scheme: 'ecdsa', hash }] as const),
  ...SHA2_NAMES.map((hash) => [RSA_PKCS1_OID[hash], { scheme: 'rsa-pkcs1', hash }] as const),
  [KEY_OID.ed25519, { scheme: 'ed25519' }],
  [KEY_OID['ml-dsa-65'], { scheme: 'ml-dsa-65' }],
]);
