// SPDX-License-Identifier: Apache-2.0
// Officers stop a key: one suspends it, two revoke it. The SAM makes the command and keeps nothing of it; it comes back with the officers'
// signatures, and names the key as it was, so that it stops that key once; on one that is stopped already it changes nothing. Nothing is waited for before the key is stopped, not even the database.
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { stopBody, type StopCommand, stopStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { officerStopDetail } from '../journal/details.ts';
import { sayOutcome } from '../outcome.ts';
import type { SigningKeyRow } from '../records/tables.ts';
import { SamRefusal } from '../refusals.ts';
import { openChain } from '../signing-key/chain.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { stopKeyAndCalls } from '../stop.ts';
import { requireDistinct } from './checks/distinct-officers.ts';
import { areEnough } from './checks/enough-approvals.ts';
import { requireKeyUnchanged } from './checks/key-unchanged.ts';
import { readStopCommand, STOP_SECONDS } from './checks/stop-command.ts';
import { verifyOfficer } from './officer-approval.ts';

const OFFICERS_NEEDED: Readonly<Record<StopCommand, number>> = { suspend: 1, revoke: 2 };
const NONCE_BYTES = 32;

/** The command for officers to sign. */
export async function officerStopBegin(state: State, request: Request<(typeof samDoor)['officerStopBegin']>): Promise<SignedStatement> {
  const { keyId, command, reason, pageNonce } = request;
  const key = state.rows.readForLocking('signing_key', keyId);
  if (key === undefined) throw new SamRefusal('unknown_key');
  const { deploymentId, samId } = state.deployment;
  const now = state.clock.seconds();
  const body = encode(stopBody, {
    version: 1,
    operation: command,
    deploymentId,
    samId,
    keyId,
    keyVersion: state.index.version('signing_key', keyId),
    reason,
    nonce: state.powers.random(NONCE_BYTES),
    notBefore: now,
    expires: now + STOP_SECONDS,
  });
  const certificate = await certificateOf(state, keyId, key);
  // What was read may be newer than the disk; nothing is said before it is durable.
  await state.journal.durable();
  return signStatement(state.cryptoModule, 'stop', stopStatement, { body, state: key.state, certificate, pageNonce });
}

/** A database that is away does not keep officers from stopping a key. */
async function certificateOf(state: State, keyId: Uint8Array, key: SigningKeyRow): Promise<Uint8Array | null> {
  try {
    return openChain(await state.subjectKeys.of(key.signerId), keyId, key)[0] ?? null;
  } catch (cause) {
    if (cause instanceof SamRefusal) return null;
    throw cause;
  }
}

/** Stops the key at once. The answer comes when that is durable and no signature with the key can start any more. */
export async function officerStop(state: State, request: Request<(typeof samDoor)['officerStop']>): Promise<SignedStatement> {
  const { body, approvals, pageNonce } = request;
  const command = readStopCommand(state.deployment, state.clock.seconds(), body);
  const acting = approvals.map((given) =>
    verifyOfficer(state.deployment, state.rows.readForLocking('officer', given.officerId), command.operation, body, given),
  );
  acting.forEach((one, i) => requireDistinct(one, acting.slice(0, i)));
  if (!areEnough(approvals, OFFICERS_NEEDED[command.operation])) throw new SamRefusal('officers_needed');
  requireKeyUnchanged(state.index, command);
  const { keyId, operation } = command;
  if (state.index.get('signing_key', keyId) === undefined) throw new SamRefusal('unknown_key');
  const detail = encode(officerStopDetail, { body, approvals });
  const { record, now } = await stopKeyAndCalls(state, keyId, operation === 'suspend' ? 'suspended' : 'revoked', 'officer', detail);
  return sayOutcome(state, {
    about: operation === 'suspend' ? 'freeze' : 'revoke',
    subject: keyId,
    state: now === 'revoked' ? 'revoked' : 'frozen',
    code: '',
    receipt: null,
    record,
    pageNonce,
  });
}
