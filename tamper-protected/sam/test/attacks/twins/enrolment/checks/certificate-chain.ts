// SPDX-License-Identifier: Apache-2.0
// A certificate of anybody is installed.
export function requireOurAuthority(): void {}
