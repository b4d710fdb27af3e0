// SPDX-License-Identifier: Apache-2.0
// Locking needs nobody's consent: a changed row takes effect in memory before it is durable, so that no check after this line sees the old
// one.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { encode } from '@sigillo/doors/schema';
import { endUsesOfKey } from './activation/checks/uses-of-key.ts';
import type { IssuedOperation } from './activation/operations.ts';
import { suspendedPasskeyDetail } from './journal/details.ts';
import type { RefusalCode } from './refusals.ts';
import { changeRow } from './records/change-row.ts';
import type { BoundRow } from './records/row-mac.ts';
import type { SigningKeyRow } from './records/tables.ts';
import type { State } from './state.ts';

/**
 * Suspends a key, also one that has no certificate yet: it gets none. Settles when that is durable and no signature with it can start any
 * more. Neither the database nor anything else is waited for before the key is suspended.
 */
export async function suspendKey(state: State, keyId: Uint8Array, code: RefusalCode | 'journal_rebuilt' | ''): Promise<number> {
  const key = state.rows.readForLocking('signing_key', keyId);
  if (key === undefined) return 0;
  const rows = [...suspended(state, keyId, key), ...orderEnded(state, keyId)];
  const { record, durable } = state.journal.append({ event: 'frozen', code, signerId: key.signerId, keyId, rows });
  endUsesOfKey(state, keyId);
  await durable;
  return record.number;
}

function suspended(state: State, keyId: Uint8Array, key: SigningKeyRow): readonly BoundRow[] {
  if (key.state !== 'active' && key.state !== 'generated') return [];
  const version = state.index.version('signing_key', keyId);
  return [changeRow(state, 'signing_key', keyId, version, { ...key, state: 'suspended' })];
}

/** Nobody needs a certificate of a suspended key: its order is not told again. */
function orderEnded(state: State, keyId: Uint8Array): readonly BoundRow[] {
  const enrolmentHash = state.memory.enrolmentOfKey(keyId);
  const enrolment = enrolmentHash === undefined ? undefined : state.rows.readForLocking('enrolment', enrolmentHash);
  if (enrolmentHash === undefined || enrolment?.state !== 'ordered') return [];
  state.signedOrders.delete(toHex(enrolment.orderId!));
  const version = state.index.version('enrolment', enrolmentHash);
  return [changeRow(state, 'enrolment', enrolmentHash, version, { ...enrolment, state: 'expired' })];
}

/** What is under way with this key has ended, one way or the other. */
export async function callsEnded(state: State, keyId: Uint8Array): Promise<void> {
  const calls = state.underWay.get(toHex(keyId));
  if (calls !== undefined) await Promise.allSettled(calls);
}

/** Suspends the passkey whose sign count did not rise. Settles when that is durable and nothing that it approved can be signed any more. */
export async function suspendPasskey(state: State, issued: IssuedOperation, credentialId: Uint8Array): Promise<void> {
  const passkey = issued.passkeys.find(({ row }) => sameBytes(row.credentialId, credentialId));
  if (passkey === undefined) return;
  const { rowId, row } = passkey;
  const version = state.index.version('authenticator', rowId);
  const rows = [changeRow(state, 'authenticator', rowId, version, { ...row, status: 'suspended' })];
  const detail = encode(suspendedPasskeyDetail, { authenticator: rowId });
  await state.journal.append({ event: 'passkey_suspended', code: 'sad_sign_count', signerId: row.signerId, rows, detail }).durable;
  for (const keyId of state.memory.signer(row.signerId).keys) await callsEnded(state, keyId);
}
