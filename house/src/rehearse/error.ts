// SPDX-License-Identifier: Apache-2.0
// Why a rehearsal ended early: the step, and what the page itself said.

export type RehearsalErrorCode = 'no_browser' | 'page_refused' | 'page_late' | 'not_shown' | 'wrong_record' | 'command_failed';

export class RehearsalError extends Error {
  readonly code: RehearsalErrorCode;
  /** The code that the page showed, or nothing. */
  readonly pageCode: string;

  constructor(code: RehearsalErrorCode, message: string, pageCode: string = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'RehearsalError';
    this.code = code;
    this.pageCode = pageCode;
  }
}
