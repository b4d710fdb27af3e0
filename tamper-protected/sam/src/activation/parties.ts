// SPDX-License-Identifier: Apache-2.0
import type { SeenVersion } from '../records/row-index.ts';
import type { ClientRow, SigningKeyRow } from '../records/tables.ts';
import { sha256 } from '../hash.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import type { SubjectKey } from '../subject-key.ts';
import type { Ticket } from '../ticket/read-ticket.ts';
import { utf8 } from '@sigillo/standards/bytes';
import { requireOwnKey } from './checks/own-key.ts';
import { requireRegisteredClient } from './checks/registered-client.ts';
import type { AllowedPasskey } from './operations.ts';

/** Everyone and everything that a ticket names, each active, with the versions at which they were seen. */
export interface Parties {
  readonly client: ClientRow;
  readonly key: SigningKeyRow;
  readonly keyVersion: number;
  readonly certificateHash: Uint8Array;
  readonly passkeys: readonly AllowedPasskey[];
  readonly subjectKey: SubjectKey;
  readonly seen: readonly SeenVersion[];
}

/** The primary key of a client's row. */
export function clientRowId(clientId: string): Uint8Array {
  return sha256(utf8(clientId));
}

export async function readParties(state: State, ticket: Ticket): Promise<Parties> {
  const { index } = state;
  const clientId = clientRowId(ticket.clientId);
  const { authenticators } = state.memory.signer(ticket.signerId);
  // A version is taken before its row is read: what changes while anything here is waited for is another version afterwards.
  const seen = [
    index.seen('client', clientId),
    index.seen('signer', ticket.signerId),
    index.seen('signing_key', ticket.keyId),
    ...authenticators.map((rowId) => index.seen('authenticator', rowId)),
  ];
  const keyVersion = index.version('signing_key', ticket.keyId);
  const client = requireRegisteredClient(await state.rows.read('client', clientId), ticket);
  const key = requireOwnKey(await state.rows.read('signing_key', ticket.keyId), ticket, state.clock.seconds());
  const signer = await state.rows.read('signer', ticket.signerId);
  if (signer?.status !== 'active') throw new SamRefusal('signer_status');
  const passkeys = await activePasskeys(state, authenticators);
  const subjectKey = await state.subjectKeys.of(ticket.signerId);
  return { client, key, keyVersion, certificateHash: key.certificateHash!, passkeys, subjectKey, seen };
}

async function activePasskeys(state: State, authenticators: readonly Uint8Array[]): Promise<AllowedPasskey[]> {
  const passkeys: AllowedPasskey[] = [];
  for (const rowId of authenticators) {
    const row = await state.rows.read('authenticator', rowId);
    if (row?.status === 'active') passkeys.push({ rowId, row });
  }
  if (passkeys.length === 0) throw new SamRefusal('sad_credential_status');
  return passkeys;
}
