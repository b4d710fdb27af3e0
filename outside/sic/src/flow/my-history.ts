// SPDX-License-Identifier: Apache-2.0
import type { HistoryStatement } from '@sigillo/doors/sap';
import type { Services } from '../desk.ts';
import { LoggedOutError } from '../session/session.ts';
import { keepLastSeen, lastSeen } from '../state/last-seen.ts';

/** The session's own history, checked; what this browser has seen of it only grows. */
export async function myHistory({ session, ssa, kept }: Services, before: number | null = null): Promise<HistoryStatement> {
  const signerId = session.signerId();
  if (signerId === null) throw new LoggedOutError();
  const history = await ssa.history({ signerId, before, lastSeen: lastSeen(kept, signerId) });
  keepLastSeen(kept, signerId, history.lastNumber);
  return history;
}
