// SPDX-License-Identifier: Apache-2.0
// Bytes of any length are a hash.
export function requireDigestLengths(): void {}
