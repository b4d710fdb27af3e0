// SPDX-License-Identifier: Apache-2.0
// A ticket lasts for ever.
export function requireTicketInTime(): void {}
