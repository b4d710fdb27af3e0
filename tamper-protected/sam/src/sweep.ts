// SPDX-License-Identifier: Apache-2.0
import { recordSpent, endOperation } from './activation/spent.ts';
import { expireEnrolments } from './enrolment/waiting.ts';
import type { RefusalCode } from './refusals.ts';
import type { State } from './state.ts';

/** A millisecond or two of work: a file of 64 MiB is read in two minutes. */
const OLD_BYTES = 524_288;

/** Every second: ends what ran out, forgets what nobody may ask for any more, compares the clocks, reads on in the old journal. */
export async function sweep(state: State): Promise<void> {
  const { clock, powers, memory, begun } = state;
  const jump = clock.compare();
  if (jump !== undefined) powers.log.error('clock_jumped', { code: 'clock_jump' });
  const now = clock.monotonic();
  if (jump === 'ahead') endPast(state, Number.POSITIVE_INFINITY, 'clock_jump', 'clock_jump');
  else endPast(state, now, 'op_expired', 'handle_expired');
  begun.sweep(now);
  memory.sweep(clock.seconds());
  state.journal.readOld(OLD_BYTES);
  // Not waited for: a large one takes seconds.
  void state.snapshots.makeIfDue(memory, state.index, state.journal);
  await expireEnrolments(state);
}

/** Ends intents and approvals whose deadline is before this moment. A call under way ends by itself, and no other begins beside it. */
function endPast(state: State, moment: number, issuedCode: RefusalCode, authorisedCode: RefusalCode): void {
  const { operations } = state;
  for (const issued of operations.issuedPast(moment)) {
    operations.takeIssued(issued.challengeKey);
    recordSpent(state, issued, null, issuedCode, []);
  }
  for (const operation of operations.authorisedPast(moment)) {
    if (operation.running === 0) endOperation(state, 'unused', operation, authorisedCode, []);
    else operation.deadline = 0;
  }
}
