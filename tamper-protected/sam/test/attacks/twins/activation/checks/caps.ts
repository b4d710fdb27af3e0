// SPDX-License-Identifier: Apache-2.0
// Without line 13.
export function requireCaps(): void {}
