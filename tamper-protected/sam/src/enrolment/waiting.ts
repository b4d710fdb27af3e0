// SPDX-License-Identifier: Apache-2.0
import type { Answer } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { changeRow } from '../records/change-row.ts';
import type { EnrolmentRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';

const SHOWN_MAX = 100;

/** Runs one change of an enrolment after the other. */
export async function alone<T>(state: State, enrolmentHash: Uint8Array, work: () => Promise<T>): Promise<T> {
  const key = toHex(enrolmentHash);
  const before = state.enrolmentLocks.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.then(
    () => undefined,
    () => undefined,
  );
  state.enrolmentLocks.set(key, settled);
  try {
    return await mine;
  } finally {
    if (state.enrolmentLocks.get(key) === settled) state.enrolmentLocks.delete(key);
  }
}

/** (a) in clear. */
export async function enrolmentOf(state: State, enrolmentHash: Uint8Array, row: EnrolmentRow): Promise<Uint8Array> {
  const subjectKey = await state.subjectKeys.of(row.signerId);
  return refuseAs('subject_key_missing', () => subjectKey.open(`enrolment ${toHex(enrolmentHash)}`, row.enrolment));
}

/** An enrolment that officers may still act on, with the version that was read. */
export async function waitingEnrolment(
  state: State,
  enrolmentHash: Uint8Array,
): Promise<{ readonly row: EnrolmentRow; readonly version: number }> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row === undefined) throw new SamRefusal('unknown_enrolment');
  if (row.state !== 'pending_proposal' && row.state !== 'pending_approval') throw new SamRefusal('enrolment_state');
  if (state.clock.seconds() > row.approvalsUntil) throw new SamRefusal('enrolment_expired');
  return { row, version };
}

/** What waits for officers, oldest first. */
export async function officerPending(state: State): Promise<Answer<(typeof samDoor)['officerPending']>> {
  const enrolments: Answer<(typeof samDoor)['officerPending']>['enrolments'][number][] = [];
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (enrolments.length >= SHOWN_MAX) break;
    if (waiting.state === 'ordered' || state.clock.seconds() > waiting.approvalsUntil) continue;
    const enrolmentHash = fromHex(key);
    const row = await state.rows.read('enrolment', enrolmentHash);
    if (row === undefined || (row.state !== 'pending_proposal' && row.state !== 'pending_approval' && row.state !== 'approved')) continue;
    enrolments.push({
      enrolment: await enrolmentOf(state, enrolmentHash, row),
      confirmation: row.confirmation,
      state: row.state,
      proposer: row.proposal?.officerId ?? null,
      approvers: row.approvals.map(({ officerId }) => officerId),
    });
  }
  return { enrolments };
}

/** Marks enrolments whose time for approvals is over. */
export async function expireEnrolments(state: State): Promise<void> {
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (waiting.state === 'ordered' || waiting.state === 'approved' || state.clock.seconds() <= waiting.approvalsUntil) continue;
    const enrolmentHash = fromHex(key);
    await alone(state, enrolmentHash, () => expire(state, enrolmentHash));
  }
}

async function expire(state: State, enrolmentHash: Uint8Array): Promise<void> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row === undefined || (row.state !== 'pending_proposal' && row.state !== 'pending_approval')) return;
  const rows = [changeRow(state, 'enrolment', enrolmentHash, version, { ...row, state: 'expired' })];
  await state.journal.append({ event: 'enrolment_expired', rows }).durable;
}
