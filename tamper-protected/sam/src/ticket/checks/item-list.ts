// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

const ITEMS_MAX = 100;

/** One entry for each thing to be signed: at least one, and no more than an intent holds. */
export function itemList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new SamRefusal('list_length');
  if (value.length > ITEMS_MAX) throw new SamRefusal('list_too_long');
  return value;
}
