// SPDX-License-Identifier: Apache-2.0

/** Why a service gave no answer that can be used. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  /**
   * `refused`: the service says no, with a code. `unreached`: nothing came back, so whether it was done is not known.
   * `unclear`: something came back that is not an answer.
   */
  readonly kind: 'refused' | 'unreached' | 'unclear';
  readonly code: string;
  readonly status: number;
  readonly detail: string | null;
  readonly requestId: string | null;

  constructor(
    kind: DoorError['kind'],
    code: string,
    about: { readonly status?: number; readonly detail?: string | null; readonly requestId?: string | null } = {},
  ) {
    super(code);
    this.kind = kind;
    this.code = code;
    this.status = about.status ?? 0;
    this.detail = about.detail ?? null;
    this.requestId = about.requestId ?? null;
  }
}
