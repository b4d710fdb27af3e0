// SPDX-License-Identifier: Apache-2.0
// Lists of any length.
export function itemList(value: unknown): readonly unknown[] {
  return value as readonly unknown[];
}
