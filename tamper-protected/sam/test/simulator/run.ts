// SPDX-License-Identifier: Apache-2.0
// Many seeds, one after the other, until the first that fails.
import type { Core } from './core.ts';
import { type Encounter, ENCOUNTERS, type Fault, FAULTS } from './faults.ts';
import { type Outcome, type Selection, simulate } from './simulation.ts';

export interface Sum {
  readonly seeds: number;
  readonly steps: number;
  readonly records: number;
  readonly released: number;
  readonly signedUp: number;
  readonly happened: ReadonlyMap<Fault | Encounter, number>;
  /** The first that failed. */
  readonly failed: Outcome | undefined;
}

export async function run(core: Core, first: number, count: number, selection?: Selection): Promise<Sum> {
  const sum = { seeds: 0, steps: 0, records: 0, released: 0, signedUp: 0, happened: new Map<Fault | Encounter, number>(), failed: undefined as Outcome | undefined };
  for (let seed = first; seed < first + count && sum.failed === undefined; seed++) {
    const outcome = await simulate(core, seed, selection);
    sum.seeds += 1;
    sum.steps += outcome.steps;
    sum.records += outcome.records;
    sum.released += outcome.released;
    sum.signedUp += outcome.signedUp;
    for (const [fault, times] of outcome.happened) sum.happened.set(fault, (sum.happened.get(fault) ?? 0) + times);
    if (outcome.violation !== undefined) sum.failed = outcome;
  }
  return sum;
}

/** How often each kind of fault really happened. */
export function tableOf({ seeds, steps, records, released, signedUp, happened }: Sum): string {
  const lines = [...FAULTS, ...ENCOUNTERS].map((fault) => `  ${fault.padEnd(26)}${String(happened.get(fault) ?? 0).padStart(9)}`);
  return [`${seeds} seeds, ${steps} steps, ${records} records, ${released} calls answered with signatures, ${signedUp} new signers`, ...lines, ''].join('\n');
}

export function neverHappened({ happened }: Sum): readonly (Fault | Encounter)[] {
  return [...FAULTS, ...ENCOUNTERS].filter((fault) => !happened.has(fault));
}
