// SPDX-License-Identifier: Apache-2.0
// What a restart owes to the past: intents that were only issued are gone without a trace; approvals that nobody used are unused; items
// that were executing are indeterminate, and nobody signs them again under that approval.
import { encode } from '@sigillo/doors/schema';
import { endedDetail, startedDetail } from './journal/details.ts';
import type { OpenOperation } from './memory.ts';
import type { State } from './state.ts';

export async function recordStarted(state: State, driver: string): Promise<void> {
  const { clock, journal, memory, cryptoModule, powers } = state;
  const { tornBytes } = journal.scan;
  if (tornBytes > 0) powers.log.warn('journal_torn', { count: tornBytes });
  // An image of the whole machine of an older day looks like this day from inside: somebody outside must know the number.
  powers.log.warn('rollback_of_everything_unseen', { record: journal.scan.record });
  const refusedSeconds = memory.approvedTickets.forgottenUntil - clock.seconds();
  if (refusedSeconds > 0) powers.log.warn('clock_behind_approvals', { code: 'clock_jump', count: refusedSeconds });
  const { durable } = journal.append({
    event: 'started',
    code: tornBytes > 0 ? 'journal_torn' : '',
    detail: encode(startedDetail, { tornBytes, driver }),
  });
  await durable;
  await cryptoModule.enterEpoch(memory.epoch);
}

export async function endWhatWasOpen(state: State): Promise<void> {
  for (const open of state.memory.open.values()) end(state, open);
  await state.journal.durable();
}

function end(state: State, { signerId, keyId, clientId, operation, detail, executing }: OpenOperation): void {
  const event = executing.size > 0 ? 'indeterminate' : 'unused';
  const ended = encode(endedDetail, { handle: detail.handle, indices: [...executing] });
  state.journal.append({ event, code: 'restart', signerId, keyId, clientId, operation, detail: ended });
}
