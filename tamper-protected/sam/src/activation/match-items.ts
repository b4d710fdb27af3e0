// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import { SamRefusal } from '../refusals.ts';
import type { AuthorisedOperation } from './operations.ts';

/**
 * Matches the hashes of one call to unused items, occurrence by occurrence, and takes them together. One that does not fit refuses the whole call and
 * takes nothing. Nothing is awaited in here: between the look and the taking there is no one else.
 */
export function takeItems(operation: AuthorisedOperation, dtbsrs: readonly Uint8Array[], wholeListInOrder: boolean): readonly number[] {
  const { items } = operation.issued.intent;
  if (dtbsrs.length === 0) throw new SamRefusal('list_empty');
  const chosen = operation.taken.slice();
  const indices = dtbsrs.map((dtbsr) => {
    const index = items.findIndex((item, i) => chosen[i] === false && sameBytes(item.dtbsr, dtbsr));
    if (index === -1) throw new SamRefusal('list_mismatch');
    chosen[index] = true;
    return index;
  });
  const whole = indices.length === items.length && indices.every((index, i) => sameBytes(items[index]!.dtbsr, items[i]!.dtbsr));
  if (wholeListInOrder && !whole) throw new SamRefusal('list_not_whole');
  for (const index of indices) operation.taken[index] = true;
  operation.left -= indices.length;
  return indices;
}
