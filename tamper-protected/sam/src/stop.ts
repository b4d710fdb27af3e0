// SPDX-License-Identifier: Apache-2.0
// Locking needs nobody's consent: a changed row takes effect in memory before it is durable, so that no check after this line sees the old
// one.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { encode } from '@sigillo/doors/schema';
import { endUsesOfKey } from './activation/checks/uses-of-key.ts';
import type { IssuedOperation } from './activation/operations.ts';
import { suspendedPasskeyDetail } from './journal/details.ts';
import { type RefusalCode, SamRefusal } from './refusals.ts';
import { changeRow } from './records/change-row.ts';
import type { BoundRow } from './records/row-mac.ts';
import type { SigningKeyRow } from './records/tables.ts';
import type { State } from './state.ts';

const NO_DETAIL = new Uint8Array(0);

/** Who stops a key: its signer (empty), an officer, or the SAM itself for a reason. */
export type StopCode = RefusalCode | 'journal_rebuilt' | 'officer' | '';

type KeyState = SigningKeyRow['state'];

const EVENT_OF = { suspended: 'frozen', revoked: 'revoked' } as const;
const STOPPED_FROM = { suspended: ['generated', 'active'], revoked: ['generated', 'active', 'suspended', 'expired'] } as const;

/**
 * Suspends or revokes a key, also one that has no certificate yet: it gets none. Settles when that is durable and no signature with it can
 * start any more. Neither the database nor anything else is waited for before the key is stopped.
 */
export async function stopKey(
  state: State,
  keyId: Uint8Array,
  to: keyof typeof EVENT_OF,
  code: StopCode,
  detail: Uint8Array = NO_DETAIL,
): Promise<number> {
  const key = state.rows.readForLocking('signing_key', keyId);
  if (key === undefined) return 0;
  const rows = [...stopped(state, keyId, key, to), ...orderEnded(state, keyId), ...(to === 'revoked' ? revocationBegun(state, keyId, key) : [])];
  const { record, durable } = state.journal.append({ event: EVENT_OF[to], code, signerId: key.signerId, keyId, rows, detail });
  endUsesOfKey(state, keyId);
  await durable;
  return record.number;
}

function stopped(state: State, keyId: Uint8Array, key: SigningKeyRow, to: keyof typeof EVENT_OF): readonly BoundRow[] {
  if (!STOPPED_FROM[to].some((from) => from === key.state)) return [];
  const version = state.index.version('signing_key', keyId);
  return [changeRow(state, 'signing_key', keyId, version, { ...key, state: to })];
}

/** Nobody needs a certificate of a key that was stopped: its order is not told again. */
function orderEnded(state: State, keyId: Uint8Array): readonly BoundRow[] {
  const enrolmentHash = state.memory.enrolmentOfKey(keyId);
  const enrolment = enrolmentHash === undefined ? undefined : state.rows.readForLocking('enrolment', enrolmentHash);
  if (enrolmentHash === undefined || enrolment?.state !== 'ordered') return [];
  state.signedOrders.delete(toHex(enrolment.orderId!));
  const version = state.index.version('enrolment', enrolmentHash);
  return [changeRow(state, 'enrolment', enrolmentHash, version, { ...enrolment, state: 'expired' })];
}

/**
 * The CA is to revoke the certificate, and the enrolment waits until it has. What this needs may stand in a part of the journal that is damaged:
 * the key is stopped all the same, and revoking it again tries again.
 */
function revocationBegun(state: State, keyId: Uint8Array, key: SigningKeyRow): readonly BoundRow[] {
  if (key.certificateHash === null) return [];
  try {
    const { enrolmentHash } = state.rows.readForLocking('signer', key.signerId)!;
    const enrolment = state.rows.readForLocking('enrolment', enrolmentHash)!;
    if (!sameBytes(enrolment.keyId!, keyId)) throw new Error('the enrolment of the signer is for another key');
    if (enrolment.state !== 'active') return [];
    const version = state.index.version('enrolment', enrolmentHash);
    return [changeRow(state, 'enrolment', enrolmentHash, version, { ...enrolment, state: 'revoking' })];
  } catch (cause) {
    state.powers.log.error('revocation_not_begun', { code: cause instanceof SamRefusal ? cause.code : 'journal_broken' }, cause);
    return [];
  }
}

/** As `stopKey`, and settles when what is under way with the key has ended as well. Whoever asked for the stop is told then. */
export async function stopKeyAndCalls(...[state, keyId, ...how]: Parameters<typeof stopKey>): Promise<{ readonly record: number; readonly now: KeyState }> {
  const record = await stopKey(state, keyId, ...how);
  await callsEnded(state, keyId);
  // The word is signed: it is said of a key that cannot sign, and of no other.
  const now = state.rows.readForLocking('signing_key', keyId)?.state;
  if (now === undefined || now === 'active' || now === 'generated') throw new SamRefusal('state_changed');
  return { record, now };
}

/** What is under way with this key has ended, one way or the other. */
async function callsEnded(state: State, keyId: Uint8Array): Promise<void> {
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
