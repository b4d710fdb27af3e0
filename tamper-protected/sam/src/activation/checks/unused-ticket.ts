// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** No intent comes after an approval of the same ticket. */
export function requireUnusedTicket(approved: ReadonlyMap<string, number>, ticketId: string): void {
  if (approved.has(ticketId)) throw new SamRefusal('ticket_approved');
}
