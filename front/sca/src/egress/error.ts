// SPDX-License-Identifier: Apache-2.0

export type EgressErrorCode = 'address_not_registered' | 'unreached' | 'redirected' | 'answer_too_large';

export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: EgressErrorCode;

  constructor(code: EgressErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
