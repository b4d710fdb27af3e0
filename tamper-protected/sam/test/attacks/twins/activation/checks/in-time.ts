// SPDX-License-Identifier: Apache-2.0
// Without line 2.
export function requireInTime(): void {}
