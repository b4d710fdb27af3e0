// SPDX-License-Identifier: Apache-2.0

/** A handler's plain no: its code travels to the caller, nothing else does. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/**
 * Why a call has no answer. `refused` is the other side's decision and final. `not_sent` never reached it. After `unknown` (connection lost or
 * deadline passed) it may or may not have been done: ask for the outcome, do not repeat blindly.
 */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly kind: 'refused' | 'not_sent' | 'unknown';
  readonly code: string;

  constructor(kind: LinkError['kind'], code: string) {
    super(`${kind}: ${code}`);
    this.kind = kind;
    this.code = code;
  }
}
