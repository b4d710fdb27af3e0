// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import { hashMatches, type IndexEntry } from '../row-index.ts';
import type { BoundRow, RowMac } from '../row-mac.ts';

/** Version and hash are those that the journal has: the MAC alone would not tell two histories apart. */
export function requireKnown(mac: RowMac, row: BoundRow, known: IndexEntry): void {
  if (row.version !== known.version || !hashMatches(known, mac.hash(row))) throw new SamRefusal('row_bad');
}
