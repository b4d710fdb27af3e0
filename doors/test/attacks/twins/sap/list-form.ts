// SPDX-License-Identifier: Apache-2.0
// Count, list and root stand beside each other as somebody wrote them.
import { encode } from '../../../../schema/index.ts';
import { type Item, item } from '../../../../sap/kinds.ts';

export function listEntries(list: readonly Item[]): readonly Uint8Array[] {
  return list.map((one) => encode(item, one));
}

export function listForm(list: readonly Item[]): object {
  return { count: list.length, items: list, itemsRoot: null };
}

export function requireOneForm(): void {}
