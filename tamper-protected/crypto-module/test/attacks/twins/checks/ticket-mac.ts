// SPDX-License-Identifier: Apache-2.0
// Anybody writes tickets.
export function requireTicketMac(): void {}
