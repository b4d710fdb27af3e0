// SPDX-License-Identifier: Apache-2.0
import { SchemaError } from '@sigillo/doors/schema';
import { SamRefusal } from '../../refusals.ts';
import type { BoundRow, RowMac } from '../row-mac.ts';
import { TABLE_NAMES } from '../tables.ts';

/** The SAM wrote this row, with these columns, at this version, for this primary key of this table of this deployment. */
export function requireAuthentic(mac: RowMac, row: BoundRow, given: Uint8Array, rightfulIds: () => readonly Uint8Array[]): void {
  if (isRight(mac, row, given)) return;
  const foreign = TABLE_NAMES.some((table) => table !== row.table && isRight(mac, { ...row, table }, given));
  if (foreign) throw new SamRefusal('row_foreign');
  const swapped = rightfulIds().some((id) => isRight(mac, { ...row, id }, given));
  throw new SamRefusal(swapped ? 'row_swapped' : 'row_bad');
}

/** What no row can be (no body, a version below zero) has no MAC. */
function isRight(mac: RowMac, row: BoundRow, given: Uint8Array): boolean {
  try {
    return mac.isRight(row, given);
  } catch (cause) {
    if (cause instanceof SchemaError) return false;
    throw cause;
  }
}
