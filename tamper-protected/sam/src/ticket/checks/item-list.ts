// SPDX-License-Identifier: Apache-2.0
import { LIST_MAX } from '@sigillo/doors/sap';
import { SamRefusal } from '../../refusals.ts';

/** One entry for each thing to be signed: at least one, and no more than one approval is for. */
export function itemList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new SamRefusal('list_length');
  if (value.length > LIST_MAX) throw new SamRefusal('list_too_long');
  return value;
}
