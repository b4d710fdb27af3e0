// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';
import type { Operations } from '../operations.ts';

/** There is room for one more operation. What counts is held by one application for one signer: who floods a signer keeps nobody else out. */
export function requireRoom(operations: Operations, { signerId, clientId, id }: Ticket, heldMax: number): void {
  if (operations.isFull) throw new SamRefusal('operations_full');
  if (operations.held(signerId, clientId, id) >= heldMax) throw new SamRefusal('signer_operations');
}
