// SPDX-License-Identifier: Apache-2.0
// npm run bench -- [--only ROW[,ROW…]] [--seconds N] [--large] [--json] [--profile FOLDER]
// Figures of this machine, now, each beside what else was measured in the same run. Nothing passes or fails here: it prints, and ends with 0
// unless something did not work.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { Bench } from './bench.ts';
import { profilesIn } from './profile/profiles.ts';
import { complete, type Row, tableOf } from './row.ts';
import { ROWS, type Work } from './rows/rows.ts';

const SECONDS = { default: 3, max: 20 } as const;

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, only: { type: 'string' }, json: { type: 'boolean' }, profile: { type: 'string' }, large: { type: 'boolean' } },
});
const seconds = Number(values.seconds ?? SECONDS.default);
if (!(seconds > 0 && seconds <= SECONDS.max)) throw new RangeError(`--seconds is more than 0 and at most ${SECONDS.max}`);
const asked = rowsAsked(values.only, values.large === true);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const profiles = values.profile === undefined ? undefined : resolve(values.profile);
if (profiles !== undefined) mkdirSync(profiles, { recursive: true });
const bench = new Bench({ seconds, profiles, say });
const end = (): void => void bench.close().finally(() => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
const rows: Row[] = [];
try {
  for (const [, { bare }] of asked) if (bare !== undefined) await bench.bare(bare);
  for (const [name, { measure }] of asked) {
    say(`${name} …`);
    rows.push(...(await measure(bench).catch((cause: unknown) => notMeasured(name, cause))));
  }
} finally {
  await bench.close();
}
process.stdout.write(values.json === true ? `${JSON.stringify({ cores: availableParallelism(), seconds, rows: complete(rows) }, null, 2)}\n` : tableOf(rows));
if (profiles !== undefined) say(profilesIn(profiles));

/** One row that does not work takes no other with it; the command fails in the end. */
function notMeasured(name: string, cause: unknown): readonly Row[] {
  process.exitCode = 1;
  say(`${name} was not measured: ${inspect(cause)}`);
  return [];
}

function rowsAsked(only: string | undefined, large: boolean): readonly (readonly [string, Work])[] {
  if (only === undefined) return Object.entries(ROWS).filter(([, row]) => large || row.large === undefined);
  const names = only.split(',');
  const unknown = names.find((name) => !Object.hasOwn(ROWS, name));
  if (unknown !== undefined) throw new RangeError(`no row is called ${unknown}; there are ${Object.keys(ROWS).join(', ')}`);
  return Object.entries(ROWS).filter(([name]) => names.includes(name));
}
