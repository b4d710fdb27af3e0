// SPDX-License-Identifier: Apache-2.0
// As often as anybody likes.
export function isFirstUse(): boolean {
  return true;
}
