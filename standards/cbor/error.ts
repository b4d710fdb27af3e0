// SPDX-License-Identifier: Apache-2.0

export type CborErrorCode =
  | 'cbor_truncated'
  | 'cbor_trailing'
  | 'cbor_not_shortest'
  | 'cbor_indefinite'
  | 'cbor_not_allowed'
  | 'cbor_unexpected'
  | 'cbor_not_utf8'
  | 'cbor_not_nfc'
  | 'cbor_keys_not_sorted'
  | 'cbor_too_large'
  | 'cbor_number_range';

/** Why bytes are not the one deterministic encoding of a value, and where in the input that shows. */
export class CborError extends Error {
  override readonly name = 'CborError';
  readonly code: CborErrorCode;
  readonly offset: number;

  constructor(code: CborErrorCode, offset: number) {
    super(`${code} at byte ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
