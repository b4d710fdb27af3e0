// SPDX-License-Identifier: Apache-2.0
// Whatever the token gave leaves.
export function requireTrueSignature(): void {}
