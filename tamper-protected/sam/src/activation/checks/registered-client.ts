// SPDX-License-Identifier: Apache-2.0
import type { ClientRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';

/** The application that asks is registered, as a service, and bound to a key of its own where its row says so. */
export function requireRegisteredClient(client: ClientRow | undefined, ticket: Ticket): ClientRow {
  if (client === undefined || client.status !== 'active' || client.kind !== 'service') throw new SamRefusal('unknown_client');
  // A client whose tokens are bound to a key always presents one, and a bearer client never does.
  if ((client.tokenBinding === 'dpop') !== (ticket.clientKeyThumbprint !== null)) throw new SamRefusal('client_binding');
  return client;
}
