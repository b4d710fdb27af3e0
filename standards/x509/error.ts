// SPDX-License-Identifier: Apache-2.0

export type X509ErrorCode =
  | 'x509_version'
  | 'x509_serial_number'
  | 'x509_name'
  | 'x509_key_not_supported'
  | 'x509_algorithm_mismatch'
  | 'x509_duplicate_extension'
  | 'x509_duplicate_attribute'
  | 'x509_extension'
  | 'x509_validity'
  | 'x509_pem'
  | 'x509_not_issued_by'
  | 'x509_not_valid_now'
  | 'x509_not_a_ca'
  | 'x509_path_too_long'
  | 'x509_critical_extension'
  | 'x509_no_path'
  | 'x509_signature';

/** Why a certificate, request or list is refused; `subject` says which part, never whose. */
export class X509Error extends Error {
  override readonly name = 'X509Error';
  readonly code: X509ErrorCode;
  readonly subject: string;

  constructor(code: X509ErrorCode, subject: string, cause?: unknown) {
    super(`${code}: ${subject}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.subject = subject;
  }
}
