// SPDX-License-Identifier: Apache-2.0
// The time-stamp protocol (RFC 3161, RFC 5816, EN 319 422): requests and responses, written and read; tokens verified.
// A token is CMS SignedData over TSTInfo: the authority builds it with the cms folder.
export { TspError, type TspErrorCode } from './error.ts';
export type { MessageImprint } from './imprint.ts';
export { encodeTimeStampRequest, parseTimeStampRequest, type TimeStampRequest } from './request.ts';
export { encodeTimeStampInfo, parseTimeStampInfo, type TimeStampInfo } from './token-info.ts';
export {
  encodeGrantedResponse,
  encodeRejectedResponse,
  parseTimeStampResponse,
  type TimeStampFailure,
  timeStampFailureOf,
  type TimeStampResponse,
} from './response.ts';
export {
  parseTimeStampToken,
  type TimeStampDemand,
  type TimeStampProof,
  type TimeStampToken,
  type TimeStampTrust,
  verifyTimeStampResponse,
  verifyTimeStampToken,
} from './verify.ts';
