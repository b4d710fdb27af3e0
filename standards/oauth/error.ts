// SPDX-License-Identifier: Apache-2.0

export type OAuthErrorCode =
  | 'authorization_missing'
  | 'authorization_malformed'
  | 'jws_malformed'
  | 'jwk_not_supported'
  | 'token_malformed'
  | 'token_type'
  | 'token_issuer'
  | 'token_audience'
  | 'token_expired'
  | 'token_revoked'
  | 'token_not_yet_valid'
  | 'token_scope'
  | 'token_binding'
  | 'dpop_missing'
  | 'dpop_malformed'
  | 'dpop_algorithm'
  | 'dpop_signature'
  | 'dpop_method'
  | 'dpop_url'
  | 'dpop_time'
  | 'dpop_token_hash'
  | 'dpop_key'
  | 'dpop_replayed'
  | 'dpop_memory_full';

/** Why a token or a proof is refused. It never holds a part of either. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
