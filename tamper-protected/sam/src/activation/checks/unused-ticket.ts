// SPDX-License-Identifier: Apache-2.0
import type { ApprovedTickets } from '../../approved-tickets.ts';
import { SamRefusal } from '../../refusals.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';

/** No intent comes after an approval of the same ticket, also where the approval was forgotten. */
export function requireUnusedTicket(approved: ApprovedTickets, { id, expires }: Pick<Ticket, 'id' | 'expires'>): void {
  if (approved.has(id)) throw new SamRefusal('ticket_approved');
  if (approved.mayBeForgotten(expires)) throw new SamRefusal('clock_jump');
}
