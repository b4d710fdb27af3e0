// SPDX-License-Identifier: Apache-2.0
// Without line 9.
export function requireRisingSignCount(): void {}
