// SPDX-License-Identifier: Apache-2.0
// Every officer may do everything.
export function requireRole(): void {}
