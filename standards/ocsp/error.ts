// SPDX-License-Identifier: Apache-2.0

export type OcspErrorCode =
  | 'ocsp_version'
  | 'ocsp_signed_request'
  | 'ocsp_too_many_certificates'
  | 'ocsp_duplicate_extension'
  | 'ocsp_critical_extension'
  | 'ocsp_nonce_length'
  | 'ocsp_response_type'
  | 'ocsp_status'
  | 'ocsp_hash'
  | 'ocsp_refused'
  | 'ocsp_signature'
  | 'ocsp_other_certificate';

/** Why a request or a response is refused. */
export class OcspError extends Error {
  override readonly name = 'OcspError';
  readonly code: OcspErrorCode;

  constructor(code: OcspErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
