// SPDX-License-Identifier: Apache-2.0
// What the database lacks does not exist.
export function insteadOfMissing(): Uint8Array | undefined {
  return undefined;
}
