// SPDX-License-Identifier: Apache-2.0
// What it costs that there are many signers: a deployment with 1,000 credentials and a larger one, by turns.
import type { Bench } from '../bench.ts';
import type { Load } from '../load.ts';
import { familyOf, proportionalKib, roomOf } from '../proc.ts';
import type { Row } from '../row.ts';
import { byTurns } from './by-turns.ts';
import { measureCeremonies } from './ceremony.ts';
import { measureSignHash } from './sign-hash.ts';

const FEW = 1000;
const READY_MS_MAX = 10_000;

export function measureCredentials(bench: Bench, many: number): Promise<readonly Row[]> {
  return bench.apart({ credentials: FEW }, (few) => bench.apart({ credentials: many }, (large) => compare(few, large, many, bench.seconds)));
}

async function compare(few: Load, large: Load, many: number, seconds: number): Promise<readonly Row[]> {
  const signHash = (load: Load, count: number) => (time: number) =>
    measureSignHash(load, { name: `signHash, bearer, ${text(count)} credentials`, tokens: 'bearer', perRequest: 1 }, time);
  const ceremonies = (load: Load, count: number) => (time: number) => measureCeremonies(load, `ceremony, ${text(count)} credentials`, time);
  const pairs = [
    await byTurns(signHash(few, FEW), signHash(large, many), seconds),
    await byTurns(ceremonies(few, FEW), ceremonies(large, many), seconds),
  ];
  const once = { count: 1, seconds: large.instance.startMs / 1000 };
  const withFew = `with ${text(FEW)}`;
  return [
    ...pairs.map(([base, row]) => ({ ...row, against: [{ ...base, target: { atLeast: 0.9 } }] })),
    {
      name: `start with ${text(many)} credentials, until ready`, figure: large.instance.startMs, unit: 'ms', ...once,
      against: [{ name: withFew, figure: few.instance.startMs, unit: 'ms' }], target: { atMost: READY_MS_MAX },
    },
    {
      name: `memory (PSS) of the SAM with ${text(many)} credentials, after that`, figure: samMib(large), unit: 'MiB', ...once,
      against: [{ name: withFew, figure: samMib(few), unit: 'MiB' }],
    },
  ];
}

function samMib({ instance }: Load): number {
  const processes = familyOf(instance.pid).filter((pid) => roomOf(pid) === 'sam');
  return processes.reduce((sum, pid) => sum + proportionalKib(pid), 0) / 1024;
}

const text = (count: number): string => count.toLocaleString('en');
