// SPDX-License-Identifier: Apache-2.0
import type { IndexEntry, RowIndex } from '../row-index.ts';
import type { TableName } from '../tables.ts';

/** A row exists because the journal says so: one that only the database has is not looked at. */
export function rowInJournal(index: RowIndex, table: TableName, id: Uint8Array): IndexEntry | undefined {
  return index.get(table, id);
}
