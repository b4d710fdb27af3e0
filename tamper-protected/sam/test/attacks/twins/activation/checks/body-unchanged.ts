// SPDX-License-Identifier: Apache-2.0
// Without line 3.
export function requireBodyUnchanged(): void {}
