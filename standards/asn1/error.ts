// SPDX-License-Identifier: Apache-2.0

export type Asn1ErrorCode =
  | 'asn1_truncated'
  | 'asn1_trailing'
  | 'asn1_malformed'
  | 'asn1_not_der'
  | 'asn1_unexpected'
  | 'asn1_too_large'
  | 'asn1_number_range'
  | 'asn1_bad_text'
  | 'asn1_bad_time';

/** Why bytes are not the DER of what was asked for, or a value has no DER; `offset` is where in the input that shows. */
export class Asn1Error extends Error {
  override readonly name = 'Asn1Error';
  readonly code: Asn1ErrorCode;
  readonly offset: number;

  constructor(code: Asn1ErrorCode, offset: number, cause?: unknown) {
    super(`${code} at byte ${offset}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
  }
}
