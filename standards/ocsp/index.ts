// SPDX-License-Identifier: Apache-2.0
// The online certificate status protocol (RFC 6960, RFC 9654): requests read and written, responses built for a responder that
// signs elsewhere, responses read.
export { OcspError, type OcspErrorCode } from './error.ts';
export {
  type CertificateId,
  type CertificateIdHash,
  encodeCertificateId,
  type HashFunction,
  type Issuer,
  namesIssuer,
} from './certificate-id.ts';
export { encodeOcspRequest, type OcspRequest, parseOcspRequest, type RequestedId } from './request.ts';
export {
  assembleOcspResponse,
  buildTbsResponse,
  type CertificateStatus,
  encodeOcspRefusal,
  type OcspRefusal,
  type OcspResponse,
  parseOcspResponse,
  type ResponseContent,
  type SingleResponse,
  type SingleResponseContent,
} from './response.ts';
export { verifyStatus } from './verify.ts';
