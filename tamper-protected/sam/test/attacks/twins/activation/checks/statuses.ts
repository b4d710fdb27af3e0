// SPDX-License-Identifier: Apache-2.0
// Without line 10.
export function requireStatuses(): void {}
