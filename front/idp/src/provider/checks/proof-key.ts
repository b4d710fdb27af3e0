// SPDX-License-Identifier: Apache-2.0
/** Every client proves that it redeems what it asked for (RFC 7636). */
export function proofKeyRequired(): boolean {
  return true;
}
