// SPDX-License-Identifier: Apache-2.0

export type TspErrorCode =
  | 'tsp_version'
  | 'tsp_bad_request'
  | 'tsp_bad_algorithm'
  | 'tsp_digest_length'
  | 'tsp_extension'
  | 'tsp_status'
  | 'tsp_not_granted'
  | 'tsp_token'
  | 'tsp_imprint'
  | 'tsp_nonce'
  | 'tsp_policy'
  | 'tsp_certificate'
  | 'tsp_key_usage';

/** Why a time-stamp request, response or token is refused. */
export class TspError extends Error {
  override readonly name = 'TspError';
  readonly code: TspErrorCode;

  constructor(code: TspErrorCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
