// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import type { SigningKeyRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';
import type { Ticket } from '../../ticket/read-ticket.ts';

/** The key is the signer's own and can sign now. Other people's keys look like keys that do not exist. */
export function requireOwnKey(key: SigningKeyRow | undefined, ticket: Ticket, nowSeconds: number): SigningKeyRow {
  if (key === undefined || !sameBytes(key.signerId, ticket.signerId)) throw new SamRefusal('unknown_key');
  if (key.state !== 'active' || key.certificateHash === null) throw new SamRefusal('key_not_active');
  if (key.notAfter === null || nowSeconds > key.notAfter) throw new SamRefusal('certificate_status');
  return key;
}
