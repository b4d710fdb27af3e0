// SPDX-License-Identifier: Apache-2.0
// X.509: names, public keys, certificates, certification requests, revocation lists (RFC 5280, RFC 2986). `build…` gives the bytes
// that someone signs, `assemble…` the finished thing, `parse…` says what stands in it, `verify…` proves or throws.
export { X509Error, type X509ErrorCode } from './error.ts';
export type { AttributeType } from './attribute.ts';
export {
  encodeName,
  type Name,
  type NameAttribute,
  nameToString,
  nameValues,
  parseName,
  readName,
  type ReadNameAttribute,
  sameName,
} from './name.ts';
export { encodePublicKey, keyIdentifier, keyKindOf, parsePublicKey, type PublicKey, publicKeyBits } from './public-key.ts';
export { type KeyPurpose, KEY_PURPOSE_OID, type KeyUsage, type QcType } from './extension-table.ts';
export {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  encodeExtensions,
  extendedKeyUsage,
  type Extension,
  keyUsage,
  ocspNoCheck,
  qcStatements,
  subjectKeyIdentifier,
} from './extension-write.ts';
export { type CertificateExtensions, readExtensionList } from './extension-read.ts';
export { type SignatureClaim, signatureClaim, type SignedParts, type VerifySignature } from './signed.ts';
export {
  assembleCertificate,
  buildTbsCertificate,
  type Certificate,
  type CertificateContent,
  checkedSerialNumber,
  parseCertificate,
} from './certificate.ts';
export {
  assembleCertificationRequest,
  buildCertificationRequestInfo,
  type CertificationRequest,
  parseCertificationRequest,
  verifyPossession,
} from './certification-request.ts';
export {
  assembleRevocationList,
  buildTbsRevocationList,
  parseRevocationList,
  REVOCATION_REASONS,
  type RevocationList,
  type RevocationListContent,
  type RevocationReason,
  revocationReasonOf,
  type RevokedCertificate,
} from './revocation-list.ts';
export { verifyChain, verifyIssuedBy } from './chain.ts';
export { fromPem, type PemLabel, toPem } from './pem.ts';
