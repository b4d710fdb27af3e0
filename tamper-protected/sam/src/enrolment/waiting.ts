// SPDX-License-Identifier: Apache-2.0
import type { Answer } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { LinkError } from '@sigillo/wire';
import { changeRow } from '../records/change-row.ts';
import { type EnrolmentRow, ENROLMENTS_PENDING } from '../records/tables.ts';
import { type RefusalCode, refuseAs, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';

const SHOWN_MAX = 100;
/** A CA takes an order for an hour; an older one is made anew while the approvals count. */
export const ORDER_SECONDS_MAX = 3000;

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

/** Work on one enrolment of many: what fails of itself is logged, and the others do not wait for it. */
export async function apart<T>(state: State, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (cause) {
    if (concernsAll(cause)) throw cause;
    state.powers.log.error('enrolment_skipped', { code: cause instanceof SamRefusal ? cause.code : 'internal' }, cause);
    return undefined;
  }
}

/** The database or the module is away: the next one would only wait for it again. */
function concernsAll(cause: unknown): boolean {
  if (!(cause instanceof SamRefusal)) return false;
  return cause.code === 'database_unavailable' || (cause.cause instanceof LinkError && cause.cause.kind !== 'refused');
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

type ShownEnrolment = Answer<(typeof samDoor)['officerPending']>['enrolments'][number];

/** What waits for officers, oldest first. */
export async function officerPending(state: State): Promise<Answer<(typeof samDoor)['officerPending']>> {
  const enrolments: ShownEnrolment[] = [];
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (enrolments.length >= SHOWN_MAX) break;
    if (waiting.state === 'ordered' || waiting.state === 'revoking' || state.clock.seconds() > waiting.approvalsUntil) continue;
    const enrolmentHash = fromHex(key);
    const shown = await apart(state, () => showEnrolment(state, enrolmentHash));
    if (shown !== undefined) enrolments.push(shown);
  }
  return { enrolments };
}

async function showEnrolment(state: State, enrolmentHash: Uint8Array): Promise<ShownEnrolment | undefined> {
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row === undefined || (row.state !== 'pending_proposal' && row.state !== 'pending_approval' && row.state !== 'approved'))
    return undefined;
  return {
    enrolment: await enrolmentOf(state, enrolmentHash, row),
    confirmation: row.confirmation,
    state: row.state,
    proposer: row.proposal?.officerId ?? null,
    approvers: row.approvals.map(({ officerId }) => officerId),
  };
}

/** Marks enrolments whose time for approvals is over. */
export async function expireEnrolments(state: State): Promise<void> {
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (state.clock.seconds() <= waiting.approvalsUntil) continue;
    const enrolmentHash = fromHex(key);
    await apart(state, () => alone(state, enrolmentHash, () => expire(state, enrolmentHash)));
  }
}

async function expire(state: State, enrolmentHash: Uint8Array): Promise<void> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row !== undefined && isOver(state, row)) await endEnrolment(state, enrolmentHash, version, row, 'enrolment_expired');
}

/** Whether the time for approvals is over. Where a CA may still take the order, the enrolment waits for it. */
export function isOver(state: State, row: EnrolmentRow): boolean {
  const now = state.clock.seconds();
  if (!ENROLMENTS_PENDING.has(row.state) || now <= row.approvalsUntil) return false;
  return row.state !== 'ordered' || now - row.orderIssued > ORDER_SECONDS_MAX;
}

/** Ends an enrolment that came to nothing. The caller holds it alone. */
export async function endEnrolment(
  state: State,
  enrolmentHash: Uint8Array,
  version: number,
  row: EnrolmentRow,
  code: RefusalCode,
): Promise<void> {
  const rows = [changeRow(state, 'enrolment', enrolmentHash, version, { ...row, state: 'expired' })];
  if (row.orderId !== null) state.signedOrders.delete(toHex(row.orderId));
  await state.journal.append({ event: 'enrolment_expired', code, rows }).durable;
}
