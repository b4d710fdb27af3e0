// SPDX-License-Identifier: Apache-2.0
// How a list stands in an intent: in full up to ITEMS_MAX, and above that as the root of its Merkle tree (RFC 6962 section 2.1) and its
// count. Each list has one form only.
import { leafHash, type Sha256, treeRoot } from '@sigillo/standards/tlog';
import { encode, SchemaError } from '../schema/index.ts';
import { type Item, item, ITEMS_MAX } from './kinds.ts';

export interface ListForm {
  readonly count: number;
  readonly items: readonly Item[];
  readonly itemsRoot: Uint8Array | null;
}

/** Fields 17, 18 and 24 of the intent for this list. */
export function listForm(list: readonly Item[], sha256: Sha256): ListForm {
  const count = list.length;
  if (count <= ITEMS_MAX) return { count, items: list, itemsRoot: null };
  const leaves = listEntries(list).map((entry) => leafHash(entry, sha256));
  return { count, items: [], itemsRoot: treeRoot(leaves, sha256) };
}

/** The entries of the tree: the encoding of each item, in order. */
export function listEntries(list: readonly Item[]): readonly Uint8Array[] {
  return list.map((one) => encode(item, one));
}

/** The rule between fields 17, 18 and 24. */
export function requireOneForm({ count, items, itemsRoot }: ListForm): void {
  const isLong = count > ITEMS_MAX;
  if (isLong !== (itemsRoot !== null)) throw new SchemaError('schema_value', '.itemsRoot');
  if (items.length !== (isLong ? 0 : count)) throw new SchemaError('schema_value', '.items');
}
