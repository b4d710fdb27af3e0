// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from './refusals.ts';
import type { State } from './state.ts';

/** New work is begun only while it can be finished: the clock is sound, the disk has room, the copy follows. What is under way goes on. */
export function requireNewWork(state: State): void {
  if (state.sealedReason !== '') throw new SamRefusal('sealed');
  state.clock.requireSound();
  if (!state.journal.hasRoom()) throw new SamRefusal('journal_full');
  if (state.copy.lagMs > state.limits.copyLagSecondsMax * 1000) throw new SamRefusal('journal_copy_lag');
}
