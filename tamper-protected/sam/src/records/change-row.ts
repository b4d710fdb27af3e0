// SPDX-License-Identifier: Apache-2.0
import type { State } from '../state.ts';
import { SamRefusal } from '../refusals.ts';
import type { BoundRow } from './row-mac.ts';
import type { RowOf, TableName } from './tables.ts';

/**
 * A new row, or the next version of one, for the record that is appended in the same breath; it counts from there on. `from` is the version
 * that the change was thought out for.
 */
export function changeRow<T extends TableName>(
  state: Pick<State, 'index' | 'rows'>,
  table: T,
  id: Uint8Array,
  from: number,
  value: RowOf<T>,
): BoundRow {
  if (state.index.version(table, id) !== from) throw new SamRefusal('state_changed');
  return state.rows.encode(table, id, from + 1, value);
}
