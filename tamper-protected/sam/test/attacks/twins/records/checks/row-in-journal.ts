// SPDX-License-Identifier: Apache-2.0
// What the database has exists.
import type { IndexEntry, RowIndex } from '../../../../../src/records/row-index.ts';
import type { TableName } from '../../../../../src/records/tables.ts';

export function rowInJournal(index: RowIndex, table: TableName, id: Uint8Array): IndexEntry | undefined {
  return index.get(table, id) ?? { version: 1, hash: new Uint8Array(16), record: 0 };
}
