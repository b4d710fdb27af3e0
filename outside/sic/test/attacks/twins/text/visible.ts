// SPDX-License-Identifier: Apache-2.0
// Names are shown as they came.
export function visible(name: string): string {
  return name;
}
