// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { BoundRow, RowMac } from '../row-mac.ts';
import { TABLE_NAMES } from '../tables.ts';

/** The SAM wrote this row, with these columns, at this version, for this primary key of this table of this deployment. */
export function requireAuthentic(mac: RowMac, row: BoundRow, given: Uint8Array): void {
  if (mac.isRight(row, given)) return;
  const elsewhere = TABLE_NAMES.some((table) => table !== row.table && mac.isRight({ ...row, table }, given));
  throw new SamRefusal(elsewhere ? 'row_foreign' : 'row_bad');
}
