// SPDX-License-Identifier: Apache-2.0
// Any name is shown.
export function shownName(name: string): string {
  return name;
}
