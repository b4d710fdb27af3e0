// SPDX-License-Identifier: Apache-2.0

export type JournalErrorCode =
  | 'journal_broken'
  | 'journal_behind_copy'
  | 'journal_present'
  | 'journal_copy_empty'
  | 'journal_copy_foreign'
  | 'journal_write_failed'
  | 'sam_replaced'
  | 'state_key_missing'
  | 'state_key_wrong'
  | 'deployment_changed';

/** Why the SAM does not start, or ends. `place` says where: a segment and an offset, two heads, or a file. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;
  readonly place: string;

  constructor(code: JournalErrorCode, place: string, options?: ErrorOptions) {
    super(`${code}: ${place}`, options);
    this.code = code;
    this.place = place;
  }
}
