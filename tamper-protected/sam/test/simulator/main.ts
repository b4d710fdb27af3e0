// SPDX-License-Identifier: Apache-2.0
// npm run simulate -- [--seeds N] [--seed S] [--only LINES] [--without FAULTS] [--planted BUG]: seeds from S on, fresh ones where none is
// given. Ends with 1 at the first that fails, after making it small.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadCore } from './core.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { neverHappened, run, tableOf } from './run.ts';
import { describe, shrink } from './shrink.ts';

const SEEDS = 1000;
/** From so many seeds on, a fault that never happened says that the simulator is at fault. */
const ENOUGH_SEEDS = 1000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    without: { type: 'string', default: '' },
    planted: { type: 'string' },
  },
});
process.exitCode = await main();

async function main(): Promise<number> {
  const bug = PLANTED_BUGS.find(({ name }) => name === values.planted);
  if (values.planted !== undefined && bug === undefined) return refuse(`no such bug; there are ${PLANTED_BUGS.map(({ name }) => name).join(', ')}`);
  const first = number(values.seed) ?? randomInt(2 ** 31);
  const count = number(values.seeds) ?? (values.seed === undefined ? SEEDS : 1);
  const core = await loadCore(bug);
  const only = values.only === undefined ? undefined : new Set(values.only.split(',').map(Number));
  const without = new Set(values.without.split(',').filter((name) => name !== ''));
  process.stdout.write(`seeds ${first} to ${first + count - 1}\n`);
  const sum = await run(core, first, count, { only, without });
  process.stdout.write(tableOf(sum));
  if (sum.failed !== undefined) {
    const shrunk = only === undefined && without.size === 0 ? await shrink(core, sum.failed) : { outcome: sum.failed, selection: { only, without } };
    process.stdout.write(describe(shrunk, values.planted));
    return 1;
  }
  const missing = count >= ENOUGH_SEEDS && without.size === 0 ? neverHappened(sum) : [];
  return missing.length === 0 ? 0 : refuse(`never happened: ${missing.join(', ')}`);
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 1;
}
