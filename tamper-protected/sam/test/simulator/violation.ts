// SPDX-License-Identifier: Apache-2.0

/** The invariants of `security.md` 6.1 that concern what exists. */
export type InvariantName = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12';

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: InvariantName;

  constructor(invariant: InvariantName, what: string, options?: ErrorOptions) {
    super(`${invariant}: ${what}`, options);
    this.invariant = invariant;
  }
}

export function holds(invariant: InvariantName, condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(invariant, what);
}
