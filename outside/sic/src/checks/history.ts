// SPDX-License-Identifier: Apache-2.0
// The history of a signer's keys: signed by the SAM, numbered without gaps from the newest down, never shorter than it was. Whoever
// carries it can hide no use of a key and invent none unseen (`flow.md` 5).
import { type HistoryEntry, type HistoryStatement, historyStatement } from '@sigillo/doors/sap';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';
import { openStatement, requireOurs, type SignedAnswer } from './statement.ts';

export interface HistoryDemand {
  readonly signerId: Uint8Array;
  /** Entries below this number were asked for; null for the newest. */
  readonly before: number | null;
  readonly pageNonce: Uint8Array;
  /** The newest number that this browser has ever seen for this signer, 0 where none. */
  readonly lastSeen: number;
}

export async function checkHistory(answer: SignedAnswer, pins: Pins, demand: HistoryDemand): Promise<HistoryStatement> {
  const statement = await openStatement('history', historyStatement, answer, pins, demand.pageNonce);
  requireOurs(statement, pins);
  if (!sameBytes(statement.signerId, demand.signerId)) throw new CheckError('statement_signer');
  requireNumbering(statement, demand.before);
  if (statement.lastNumber < demand.lastSeen) throw new CheckError('history_went_back');
  return statement;
}

/** From the head, or from just below the bound, down by one each; a short page ends at 1. */
export function requireNumbering(statement: Pick<HistoryStatement, 'entries' | 'lastNumber'>, before: number | null): void {
  const { entries, lastNumber } = statement;
  const first = before === null ? lastNumber : Math.min(before - 1, lastNumber);
  const inOrder = entries.every((entry, at) => entry.number === first - at && entry.number >= 1);
  const complete = entries.length > 0 || first <= 0;
  if (!inOrder || !complete) throw new CheckError('history_numbering');
}

/** Whether entries older than these exist. */
export function hasEarlier(entries: readonly HistoryEntry[]): boolean {
  const last = entries.at(-1);
  return last !== undefined && last.number > 1;
}

/** The events of one approval together, newest approval first; events without an operation stand alone. */
export function groupByOperation(entries: readonly HistoryEntry[]): readonly (readonly HistoryEntry[])[] {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = entry.operation === null ? `entry ${entry.number}` : toHex(entry.operation);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()];
}
