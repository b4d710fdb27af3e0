// SPDX-License-Identifier: Apache-2.0

export type PadesErrorCode =
  | 'byte_range_malformed'
  | 'byte_range_not_from_start'
  | 'byte_range_not_to_end'
  | 'byte_range_gap_not_contents'
  | 'signature_not_found'
  | 'signature_unexpected'
  | 'contents_not_empty'
  | 'contents_too_small'
  | 'bytes_changed';

/** Why a signature in a PDF does not cover what it must, or cannot be put where it belongs. */
export class PadesError extends Error {
  override readonly name = 'PadesError';
  readonly code: PadesErrorCode;

  constructor(code: PadesErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
