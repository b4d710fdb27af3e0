// SPDX-License-Identifier: Apache-2.0
// A token of any version and use is a ticket.
export function requireTicketHeader(): void {}
