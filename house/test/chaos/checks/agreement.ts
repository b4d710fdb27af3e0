// SPDX-License-Identifier: Apache-2.0
// The file, its copy in PostgreSQL and the crypto module's own count say the same once nothing is under way.
import { setTimeout as pause } from 'node:timers/promises';
import { sameBytes } from '@sigillo/standards/bytes';
import type { ModuleCount, SamRecord, Witnesses } from '../record.ts';
import { insist } from '../violation.ts';

/** The copy is written behind; this long it may take when PostgreSQL has just come back. */
const COPIED_WITHIN_MS = 10_000;

/** Compares the groups from `first` on, and gives the number after the last. */
export async function copyAgrees(witnesses: Witnesses, first: number): Promise<number> {
  const until = performance.now() + COPIED_WITHIN_MS;
  let next = first;
  for (const [number, bytes] of witnesses.groupsFrom(first)) {
    let copied = await witnesses.copied(number);
    while (copied === undefined && performance.now() < until) {
      await pause(100);
      copied = await witnesses.copied(number);
    }
    insist(copied !== undefined, `group ${number} is not in the copy`);
    insist(sameBytes(copied, bytes), `group ${number} of the copy is another than in the file`);
    next = number + 1;
  }
  const { count, highest } = await witnesses.copySize();
  insist(count === highest && highest >= next - 1, `the copy has ${count} groups up to ${highest}`);
  return next;
}

/** Items that the record began and released after one record with the keys of one process of the crypto module. */
function itemsSince({ operations }: SamRecord, after: number, isOfProcess: (keyId: string) => boolean): { readonly begun: number; readonly released: number } {
  const ofProcess = [...operations.values()].filter(({ keyId }) => isOfProcess(keyId));
  const sum = (what: 'executing' | 'released'): number => ofProcess.flatMap((operation) => operation[what]).reduce((total, { record, indices }) => total + (record > after ? indices.length : 0), 0);
  return { begun: sum('executing'), released: sum('released') };
}

export interface Counted {
  readonly counts: readonly ModuleCount[];
  /** The last record when they were asked. */
  readonly record: number;
}

/**
 * Between two looks a process that was up throughout signed what was released with its keys, and besides at most what was begun and never
 * released. One that started anew meanwhile cannot have signed more than was begun. Gives how many items were in doubt.
 */
export function countsAgree(earlier: Counted, now: Counted, record: SamRecord): number {
  let inDoubt = 0;
  for (const [n, { boot, signatures }] of now.counts.entries()) {
    // A key belongs to one process, by the last byte of its id.
    const { begun, released } = itemsSince(record, earlier.record, (keyId) => Number.parseInt(keyId.slice(-2), 16) % now.counts.length === n);
    const before = earlier.counts[n]!;
    const sameBoot = before.boot === boot;
    const signed = signatures - (sameBoot ? before.signatures : 0);
    insist(signed <= begun, `process ${n + 1} of the crypto module signed ${signed} items, and only ${begun} were begun`);
    if (sameBoot) insist(signed >= released, `${released} items were released, and process ${n + 1} of the crypto module signed ${signed}`);
    inDoubt += begun - released;
  }
  return inDoubt;
}
