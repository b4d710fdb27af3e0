// SPDX-License-Identifier: Apache-2.0
// npm run overload -- [--seconds N] [--json]: five times more than the house can do. Ends with 0, or with 1 and what does not hold.
import { parseArgs } from 'node:util';
import { runOverload } from './run.ts';
import { faultsOf, goodputOf, percent } from './verdict.ts';

const SECONDS = { default: 18, max: 300 } as const;

const { values } = parseArgs({ options: { seconds: { type: 'string' }, json: { type: 'boolean' } } });
const seconds = Number(values.seconds ?? SECONDS.default);
if (!(seconds >= 6 && seconds <= SECONDS.max)) throw new RangeError(`--seconds is from 6 to ${SECONDS.max}`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const report = await runOverload(seconds, say);
const faults = faultsOf(report);
const { perSecond, perProcessorSecond, foreignShare } = goodputOf(report);
if (values.json === true) process.stdout.write(`${JSON.stringify({ ...report, goodput: { perSecond, perProcessorSecond, foreignShare }, faults })}\n`);
else {
  const range = (samples: readonly (readonly number[])[]): string => samples.map((one) => `${one[0]} to ${one.at(-1)}`).join(', ');
  process.stdout.write([
    `goodput ${percent(perSecond)} of the peak; ${percent(perProcessorSecond)} with the same processor time; ${percent(foreignShare)} of the machine was somebody else's`,
    `freezes took ${report.freezesMs.join(', ')} ms`,
    ...Object.entries(report.memory).map(([name, samples]) => `memory of ${name}, MiB: ${range(samples)}`),
    ...faults.map((fault) => `FAILED: ${fault}`),
    '',
  ].join('\n'));
}
process.exitCode = faults.length === 0 ? 0 : 1;
