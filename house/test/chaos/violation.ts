// SPDX-License-Identifier: Apache-2.0

/** Something happened that must never happen. It ends the run. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}
