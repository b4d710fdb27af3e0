// SPDX-License-Identifier: Apache-2.0
// Without the last look before the module is asked.
export function isStopped(): boolean {
  return false;
}
