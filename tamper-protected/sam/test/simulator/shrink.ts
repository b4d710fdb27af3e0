// SPDX-License-Identifier: Apache-2.0
// Makes a failing run small: leaves out faults and lines of the plan as long as the same invariant still falls.
import type { Core } from './core.ts';
import { type Outcome, type Selection, simulate } from './simulation.ts';

const RUNS_MAX = 200;

export interface Shrunk {
  readonly outcome: Outcome;
  readonly selection: Selection;
}

export async function shrink(core: Core, first: Outcome): Promise<Shrunk> {
  let best: Shrunk = { outcome: first, selection: { without: new Set() } };
  let runs = 0;
  const attempt = async (selection: Selection): Promise<boolean> => {
    if (++runs > RUNS_MAX) return false;
    const outcome = await simulate(core, first.seed, selection);
    if (outcome.violation?.invariant !== first.violation?.invariant) return false;
    best = { outcome, selection };
    return true;
  };
  for (const fault of first.faultsOn) await attempt({ ...best.selection, without: new Set([...best.selection.without, fault]) });
  for (let size = Math.ceil(best.outcome.plan.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.outcome.plan.length;) {
      const kept = best.outcome.plan.filter((_, i) => i < at || i >= at + size).map(({ number }) => number);
      if (!(await attempt({ ...best.selection, only: new Set(kept) }))) at += size;
    }
  }
  return best;
}

/** What is left of a failing run, and how to see it again. */
export function describe({ outcome, selection }: Shrunk, planted: string | undefined): string {
  const { seed, violation, plan, lastLines } = outcome;
  const without = [...selection.without];
  const arguments_ = [
    `--seed ${seed}`,
    `--only ${plan.map(({ number }) => number).join(',')}`,
    ...(without.length > 0 ? [`--without ${without.join(',')}`] : []),
    ...(planted === undefined ? [] : [`--planted ${planted}`]),
  ];
  return [
    `seed ${seed}: ${violation?.message}`,
    `what is left: ${plan.map(({ number, kind }) => `${number} ${kind}`).join(', ') || 'nothing but the start'}`,
    'the last steps:',
    ...lastLines.map((line) => `  ${line}`),
    `again: npm run simulate -- ${arguments_.join(' ')}`,
    '',
  ].join('\n');
}
