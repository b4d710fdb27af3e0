// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** What the SAM wrote earlier does not count any more. */
export function requireFresh(row: { readonly version: number }, known: { readonly version: number }): void {
  if (row.version < known.version) throw new SamRefusal('row_stale');
}
