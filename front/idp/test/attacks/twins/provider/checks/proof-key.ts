// SPDX-License-Identifier: Apache-2.0
// Who wants to, proves it.
export function proofKeyRequired(): boolean {
  return false;
}
