// SPDX-License-Identifier: Apache-2.0

export type TlogErrorCode =
  | 'tlog_index'
  | 'tlog_size'
  | 'tlog_hash_length'
  | 'tlog_proof_length'
  | 'tlog_root';

/** Why a proof proves nothing, or cannot be made. */
export class TlogError extends Error {
  override readonly name = 'TlogError';
  readonly code: TlogErrorCode;

  constructor(code: TlogErrorCode) {
    super(code);
    this.code = code;
  }
}
