// SPDX-License-Identifier: Apache-2.0
// Of each approved item the record says once at most that it was begun and once at most that it was released, and never the second without the first.
import type { Operation, SamRecord } from '../record.ts';
import { insist } from '../violation.ts';

export function itemsAreUsedOnce({ operations, stopped }: SamRecord): void {
  for (const operation of operations.values()) {
    const begun = onlyOnce(operation, 'executing');
    const released = onlyOnce(operation, 'released');
    for (const index of released) insist(begun.has(index), `item ${index} of ${operation.challenge} was released and never begun`);
    for (const { indices, event } of operation.ended.filter(({ event }) => event === 'indeterminate'))
      for (const index of indices) insist(!released.has(index), `item ${index} of ${operation.challenge} is ${event} and released`);
    nothingAfterStop(operation, stopped.get(operation.keyId));
  }
}

function onlyOnce(operation: Operation, what: 'executing' | 'released'): ReadonlySet<number> {
  const seen = new Set<number>();
  for (const { indices } of operation[what]) {
    for (const index of indices) {
      insist(!seen.has(index), `item ${index} of ${operation.challenge} is ${what} twice`);
      insist(index < operation.dtbsrs.length, `item ${index} of ${operation.challenge} was never approved`);
      seen.add(index);
    }
  }
  return seen;
}

/** What was begun may still end; nothing begins. */
function nothingAfterStop({ challenge, executing }: Operation, stoppedAt: number | undefined): void {
  if (stoppedAt === undefined) return;
  for (const { record } of executing) insist(record < stoppedAt, `operation ${challenge} was begun after its key was stopped`);
}

/** What was open when the process died is closed by the next start, before anything else. */
export function nothingStaysOpen({ operations, starts }: SamRecord): number {
  let dead = 0;
  for (const operation of operations.values()) {
    for (const { record, indices } of operation.executing) {
      const start = starts.find((number) => number > record);
      if (start === undefined || operation.released.some((released) => released.record > record && released.record < start && sharesItems(released.indices, indices))) continue;
      const closed = operation.ended.some((ended) => ended.record > record && sharesItems(ended.indices, indices));
      insist(closed, `items of ${operation.challenge} that were begun in record ${record} stayed open over a start`);
      dead += 1;
    }
  }
  return dead;
}

const sharesItems = (one: readonly number[], other: readonly number[]): boolean => one.some((index) => other.includes(index));
