// SPDX-License-Identifier: Apache-2.0
/** Whether a use is the first one: of several at once, one alone has changed the row. */
export function isFirstUse(rowsChanged: number): boolean {
  return rowsChanged === 1;
}
