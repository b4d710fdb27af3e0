// SPDX-License-Identifier: Apache-2.0
// npm run chaos -- [--rounds N] [--seed S] [--only FAULT] [--json]: real crashes of a whole instance under load. Ends with 0, or with 1 and what was violated.
// As root it works in a mount namespace of its own, so that the small disk that it makes is gone with it, however it ends.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faults } from './faults/deck.ts';
import { isRoot } from './faults/storage.ts';
import { describe, faultsNeverSeen } from './report.ts';
import { runChaos } from './run.ts';

const ROUNDS = { default: 20, max: 100_000 } as const;
const INSIDE = 'SIGILLO_CHAOS_NAMESPACE';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, json: { type: 'boolean' } } });
const rounds = Number(values.rounds ?? ROUNDS.default);
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > ROUNDS.max) throw new RangeError(`--rounds is a number from 1 to ${ROUNDS.max}`);
if (faults(true, values.only ?? '').length === 0) throw new RangeError('--only is a part of the name of a fault');
if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('--seed is a number');

const only = values.only ?? '';
const withStorage = isRoot() && spawnSync('strace', ['--version']).status === 0;
if (withStorage && process.env[INSIDE] === undefined) process.exitCode = insideNamespace();
else process.exitCode = await main();

function insideNamespace(): number {
  const words = ['--mount', '--propagation', 'private', '--', 'setpriv', '--pdeathsig', 'KILL', '--', process.execPath, ...process.argv.slice(1), ...(values.seed === undefined ? ['--seed', String(seed)] : [])];
  return spawnSync('unshare', words, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } }).status ?? 1;
}

async function main(): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!withStorage) say('skipped: faults of the disk need root and strace');
  say(`seed ${seed}`);
  const report = await runChaos({ rounds, seed, withStorage, only, say });
  process.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : describe(report));
  const unseen = faultsNeverSeen(report);
  for (const kind of unseen) say(`injected and never observed: ${kind}`);
  return unseen.length === 0 ? 0 : 1;
}
