// SPDX-License-Identifier: Apache-2.0
// A blob opens for whoever has it.
export function boundTo(): Uint8Array {
  return new Uint8Array(0);
}
