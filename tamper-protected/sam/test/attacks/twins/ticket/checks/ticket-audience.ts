// SPDX-License-Identifier: Apache-2.0
// A ticket for anybody is good.
export function requireAudience(): void {}
