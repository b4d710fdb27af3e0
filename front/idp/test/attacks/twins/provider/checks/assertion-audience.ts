// SPDX-License-Identifier: Apache-2.0
// The library decides.
export function requireOneAudience(): void {}
