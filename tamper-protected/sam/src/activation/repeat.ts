// SPDX-License-Identifier: Apache-2.0
// A client that lost the answer asks again: the same ordered list under the same handle gets the same bytes, for ten minutes after RELEASED
// and over a restart. They come from the journal; nothing is signed.
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { releasedPersonal } from '../journal/details.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { requirePresented } from './checks/presented.ts';
import type { ExecuteRequest } from './execute.ts';
import type { ReleasedCall } from './operations.ts';

export async function repeatCall(state: State, request: ExecuteRequest, call: Uint8Array): Promise<ReleasedCall> {
  const operation = state.memory.released.get(toHex(request.handle));
  if (operation === undefined || operation.until < state.clock.seconds()) throw new SamRefusal('handle_unknown');
  const { detail, keyId, clientId } = operation.open;
  requirePresented({ intent: { ...detail, keyId, clientId } }, request);
  const released = operation.calls.get(toHex(call));
  if (released === undefined) throw new SamRefusal('list_mismatch');
  await state.journal.durable();
  const record = state.journal.read(released.record);
  const subjectKey = await state.subjectKeys.of(operation.open.signerId);
  const context = `released ${toHex(operation.open.operation)} ${toHex(call)}`;
  const { signatures } = decode(releasedPersonal, subjectKey.open(context, record.personal!));
  return { signatures, record: record.number };
}
