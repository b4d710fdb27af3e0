// SPDX-License-Identifier: Apache-2.0

export type WebauthnErrorCode =
  | 'client_data_malformed'
  | 'client_data_type'
  | 'client_data_challenge'
  | 'client_data_origin'
  | 'client_data_cross_origin'
  | 'client_data_top_origin'
  | 'credential_other'
  | 'user_handle_other'
  | 'authenticator_data_malformed'
  | 'rp_id'
  | 'user_presence'
  | 'user_verification'
  | 'backup_eligibility'
  | 'backup_state'
  | 'extension_data'
  | 'attested_data'
  | 'cose_key_malformed'
  | 'cose_key_algorithm'
  | 'attestation_malformed'
  | 'attestation_format'
  | 'signature';

/** Why an authenticator's answer proves nothing. One code for each check; the message never quotes what was sent. */
export class WebauthnError extends Error {
  override readonly name = 'WebauthnError';
  readonly code: WebauthnErrorCode;

  constructor(code: WebauthnErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
