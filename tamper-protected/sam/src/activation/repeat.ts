// SPDX-License-Identifier: Apache-2.0
// A client that lost the answer asks again: the same ordered list under the same handle gets the same bytes, for ten minutes after RELEASED
// and over a restart. They come from the journal; nothing is signed. Who asks for anything else of an operation that is over hears why it signs
// nothing, and above all when nobody knows whether it has.
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { authorisedDetail, releasedPersonal } from '../journal/details.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { PastOperation } from '../memory.ts';
import { type RefusalCode, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { requirePresented } from './checks/presented.ts';
import type { ExecuteRequest } from './execute.ts';
import type { ReleasedCall } from './operations.ts';

/** Ends that tell the application more than that it is over. */
const TOLD: ReadonlySet<string> = new Set<RefusalCode>(['handle_expired', 'key_frozen']);

export async function repeatCall(state: State, request: ExecuteRequest, call: Uint8Array): Promise<ReleasedCall> {
  const handle = toHex(request.handle);
  const past = state.memory.past.get(handle);
  if (past === undefined || past.until < state.clock.seconds()) throw new SamRefusal('handle_unknown');
  // What was read may be newer than the disk; nothing is said before it is durable.
  await state.journal.durable();
  const approval = state.journal.read(past.authorised);
  requireApproved(approval, request);
  const number = past.calls.get(toHex(call));
  if (number === undefined) throw new SamRefusal(whyOver(past, state.memory.open.get(handle)?.executing.size ?? 0));
  const record = state.journal.read(number);
  const subjectKey = await state.subjectKeys.of(approval.signerId!);
  const context = `released ${toHex(approval.operation!)} ${toHex(call)}`;
  const { signatures } = decode(releasedPersonal, subjectKey.open(context, record.personal!));
  return { signatures, record: record.number };
}

function requireApproved({ detail, keyId, clientId }: JournalRecord, request: ExecuteRequest): void {
  requirePresented({ intent: { ...decode(authorisedDetail, detail), keyId: keyId!, clientId: clientId! } }, request);
}

/** All hashes were signed already, or the operation ended before: for sure without these, or nobody knows, or not yet. */
function whyOver({ end }: PastOperation, executing: number): RefusalCode {
  if (end === undefined) return 'list_mismatch';
  if (end.event === 'indeterminate' || executing > 0) return 'op_indeterminate';
  return TOLD.has(end.code) ? (end.code as RefusalCode) : 'op_spent';
}
