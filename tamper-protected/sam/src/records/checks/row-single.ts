// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** One primary key, one row: where the database was made to keep two, neither is chosen. */
export function requireSingle(rows: readonly unknown[]): void {
  if (rows.length > 1) throw new SamRefusal('row_duplicated');
}
