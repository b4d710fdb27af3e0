// SPDX-License-Identifier: Apache-2.0
// Every kind comes once before any comes again; those in the middle of the house come more often.
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import { killOf, killOfBackend, killOfBoth } from './kill.ts';
import { diskFull, diskLow, readOnly, writeError } from './storage.ts';

const KILLS: readonly Fault[] = [
  ...['sam', 'sam', 'crypto-module', 'crypto-module-2', 'ssa', 'ssa', 'idp', 'postgres', 'sca', 'ca', 'tsa', 'static', 'demo-officers'].map(killOf),
  killOfBoth('crypto-module', 'sam'),
  killOfBoth('crypto-module', 'crypto-module-2'),
  killOfBoth('postgres', 'sam'),
  killOfBackend,
];
const STORAGE: readonly Fault[] = [diskLow, diskFull, readOnly, writeError];

export function deckOf(random: Random, all: readonly Fault[]): () => Fault {
  let rest: Fault[] = [];
  return () => {
    if (rest.length === 0) rest = random.shuffled(all);
    return rest.pop()!;
  };
}

/** Those whose names contain `only`. */
export function faults(withStorage: boolean, only: string): Fault[] {
  return [...KILLS, ...(withStorage ? STORAGE : [])].filter(({ kind }) => kind.includes(only));
}
