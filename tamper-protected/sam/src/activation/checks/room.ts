// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { Limits } from '../../state.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';
import type { Operations } from '../operations.ts';

/**
 * There is room for one more operation, and for its ticket when it is approved: none of those is forgotten before its end. What one application
 * holds for one signer is counted apart: who floods a signer keeps nobody else out.
 */
export function requireRoom(
  operations: Operations,
  { signerId, clientId, id }: Ticket,
  { operationsPerSigner, approvedTickets }: Limits,
  approved: number,
): void {
  if (operations.isFull || approved + operations.issuedBeside(id) >= approvedTickets) throw new SamRefusal('operations_full');
  if (operations.held(signerId, clientId, id) >= operationsPerSigner) throw new SamRefusal('signer_operations');
}
