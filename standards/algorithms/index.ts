// SPDX-License-Identifier: Apache-2.0
// The algorithms of the house: one table of names and object identifiers, how they are written in ASN.1, and which of them a
// dated policy still allows.
export { AlgorithmError, type AlgorithmErrorCode } from './error.ts';
export {
  type Curve,
  CURVES,
  HASH_NAMES,
  type HashAlgorithm,
  HASHES,
  KEY_OID,
  type KeyKind,
  ML_DSA_65_PUBLIC_KEY_BYTES,
  type Sha2,
  SHA1_OID,
  SHA2_NAMES,
  type SignatureAlgorithm,
} from './table.ts';
export {
  type AlgorithmIdentifier,
  cmsSignatureAlgorithmOf,
  encodeHashAlgorithm,
  encodeSignatureAlgorithm,
  hashAlgorithmOf,
  hashByOid,
  isSha2,
  readAlgorithmIdentifier,
  signatureAlgorithmOf,
  signatureAlgorithmParts,
} from './identifier.ts';
export { encodePssParameters, parsePssParameters, type PssAlgorithm } from './pss.ts';
export { ecdsaSignatureFromDer, ecdsaSignatureToDer } from './ecdsa-signature.ts';
export { encodeDigestInfo } from './digest-info.ts';
export { type Act, type Allowed, allowHash, allowKey, allowSignature, type PolicyName, type Status } from './policy.ts';
