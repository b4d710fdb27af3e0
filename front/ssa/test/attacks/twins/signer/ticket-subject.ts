// SPDX-License-Identifier: Apache-2.0
// Anybody may bring anybody's ticket.
export function requireOwnTicket(): void {}
