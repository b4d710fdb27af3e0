// SPDX-License-Identifier: Apache-2.0
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { SamRefusal } from '../refusals.ts';
import type { AuthorisedOperation } from './operations.ts';

/** What of an approved operation says which items there are, and which are left. */
export type OpenItems = Pick<AuthorisedOperation, 'places' | 'taken' | 'left'> & {
  readonly issued: { readonly items: readonly { readonly dtbsr: Uint8Array }[] };
};

/**
 * Matches the hashes of one call to unused items, occurrence by occurrence, and takes them together. One that does not fit refuses the whole call and
 * takes nothing. Nothing is awaited in here: between the look and the taking there is no one else.
 */
export function takeItems(operation: OpenItems, dtbsrs: readonly Uint8Array[], wholeListInOrder: boolean): readonly number[] {
  const { items } = operation.issued;
  if (dtbsrs.length === 0) throw new SamRefusal('list_empty');
  const next = nextUnused(operation);
  const indices = dtbsrs.map(next);
  const whole = indices.length === items.length && indices.every((index, i) => sameBytes(items[index]!.dtbsr, items[i]!.dtbsr));
  if (wholeListInOrder && !whole) throw new SamRefusal('list_not_whole');
  for (const index of indices) operation.taken[index] = true;
  operation.left -= indices.length;
  return indices;
}

/** Gives the first unused place of a digest; each place once. */
function nextUnused({ places, taken }: OpenItems): (dtbsr: Uint8Array) => number {
  const passed = new Map<string, number>();
  return (dtbsr) => {
    const name = toHex(dtbsr);
    const all = places.get(name) ?? [];
    let at = passed.get(name) ?? 0;
    while (at < all.length && taken[all[at]!] !== false) at++;
    const index = all[at];
    if (index === undefined) throw new SamRefusal('list_mismatch');
    passed.set(name, at + 1);
    return index;
  };
}
