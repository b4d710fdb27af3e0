// SPDX-License-Identifier: Apache-2.0
// The cryptographic message syntax, as far as AdES needs it (RFC 5652, RFC 5035, EN 319 122-1): signed attributes, SignedData with
// one signer, the signature time-stamp, and the checks that hold them together.
export { CmsError, type CmsErrorCode } from './error.ts';
export { CONTENT_TYPE } from './object-identifiers.ts';
export type { SigningCertificateV2 } from './signing-certificate.ts';
export {
  encodeSignedAttributes,
  type ForeignSignedAttributes,
  parseForeignSignedAttributes,
  parseSignedAttributes,
  type SignedAttributes,
  toEmbeddedAttributes,
} from './signed-attributes.ts';
export { encodeSignedData, type SignedDataContent } from './signed-data.ts';
export {
  onlySigner,
  parseSignedData,
  signatureTimeStampTokens,
  type SignedData,
  type SignerIdentifier,
  type SignerInfo,
} from './signed-data-read.ts';
export {
  foreignSignerClaim,
  namesCertificate,
  signerClaim,
  type SignerDemand,
  type SignerProof,
  verifySigner,
  verifySignerClaim,
} from './verify.ts';
