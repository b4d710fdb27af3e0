// SPDX-License-Identifier: Apache-2.0
import type { PolicyInForce } from '../../policy.ts';
import type { ClientRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';

/** As many documents as hashes, no more than the policy allows, and each seen by the page unless both client and policy let it be unseen. */
export function requireDocuments(
  policy: PolicyInForce,
  ticket: Ticket,
  documents: readonly { readonly digest: Uint8Array | null }[],
  client: ClientRow,
): void {
  if (documents.length !== ticket.dtbsrs.length) throw new SamRefusal('documents_mismatch');
  if (ticket.dtbsrs.length > policy.signaturesMax) throw new SamRefusal('list_too_long');
  const unseen = documents.some(({ digest }) => digest === null);
  if (unseen && !(client.hashOnly && policy.hashOnlyAllowed)) throw new SamRefusal('document_unseen');
}
