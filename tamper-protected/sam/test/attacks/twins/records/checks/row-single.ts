// SPDX-License-Identifier: Apache-2.0
// The first row that the database gives is as good as any.
export function requireSingle(): void {}
