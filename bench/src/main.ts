// SPDX-License-Identifier: Apache-2.0
// npm run bench -- [--seconds N] [--json]: figures of this machine, now, each beside what else was measured in the same run. Nothing passes or
// fails here: it prints, and ends with 0 unless something did not work.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBare } from './bare/measure.ts';
import { openCrew } from './crew.ts';
import { openOwnInstance } from './own-instance.ts';
import { type Row, tableOf, withRatios } from './row.ts';
import { measureCeremony } from './rows/ceremony.ts';
import { measureCryptoModule } from './rows/crypto-module.ts';
import { measurePades } from './rows/pades.ts';
import { measureSignHash } from './rows/sign-hash.ts';
import { measureStart } from './rows/start.ts';

const SECONDS = { default: 3, max: 20 } as const;

const { values } = parseArgs({ options: { seconds: { type: 'string' }, json: { type: 'boolean' } } });
const seconds = Number(values.seconds ?? SECONDS.default);
if (!(seconds > 0 && seconds <= SECONDS.max)) throw new RangeError(`--seconds is more than 0 and at most ${SECONDS.max}`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

say('bare figures …');
const bare = await measureBare('sign', seconds);
const bareCeremony = await measureBare('ceremony', seconds);
say('crypto module …');
const rows: Row[] = await measureCryptoModule(bare, seconds);
say('documents …');
const pades = await measurePades(seconds);
say('two starts …');
const instance = await openOwnInstance();
const end = (): void => void instance.stop().finally(() => process.exit(1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
try {
  const start = await measureStart(instance, seconds);
  say('signers …');
  const crew = await openCrew(instance);
  for (const [tokens, perRequest] of [['bearer', 1], ['dpop', 1], ['bearer', 50]] as const) {
    say(`signHash, ${tokens}, ${perRequest} …`);
    rows.push(await measureSignHash(crew, tokens, perRequest, bare, seconds));
  }
  say('ceremonies …');
  rows.push(await measureCeremony(crew, bareCeremony, seconds), pades, ...start);
} finally {
  await instance.stop();
}
process.stdout.write(values.json === true ? `${JSON.stringify({ cores: availableParallelism(), seconds, rows: withRatios(rows) }, null, 2)}\n` : tableOf(rows));
