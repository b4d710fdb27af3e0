// SPDX-License-Identifier: Apache-2.0
// Requests come by whichever way.
export function mustPush(): boolean {
  return false;
}
