// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { perSecond, type Rate } from '../rate.ts';
import type { Measure } from '../row.ts';

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url));

interface Counted extends Rate {
  /** Of processor time. */
  readonly microseconds: number;
}

export interface Bare {
  readonly oneProcess: Measure;
  readonly everyCore: Measure;
}

/** Sign and verify, with P-256 or RSA; or with P-256 and the verification of an assertion before it. */
export type BareWork = 'sign' | 'RSA-3072' | 'ceremony';

const NAMES: Readonly<Record<BareWork, readonly [string, string]>> = {
  sign: ['bare sign and verify', 'signatures/s'],
  'RSA-3072': ['bare sign and verify, RSA-3072', 'signatures/s'],
  ceremony: ['bare assertion, sign and verify', 'ceremonies/s'],
};

/** In one process, then in one for each core at once. */
export async function measureBare(what: BareWork, seconds: number): Promise<Bare> {
  const [name, unit] = NAMES[what];
  return {
    oneProcess: { name: `${name}, one process`, ...(await together(what, seconds, 1)), unit },
    everyCore: { name: `${name}, ${availableParallelism()} processes`, ...(await together(what, seconds, availableParallelism())), unit },
  };
}

async function together(what: string, seconds: number, processes: number): Promise<Pick<Required<Measure>, 'figure' | 'microseconds'>> {
  const started = await Promise.all(Array.from({ length: processes }, () => start(what, seconds)));
  const rates = await Promise.all(started.map((one) => one.run()));
  const sum = (of: (rate: Counted) => number): number => rates.reduce((all, rate) => all + of(rate), 0);
  return { figure: sum(perSecond), microseconds: sum(({ microseconds }) => microseconds) / sum(({ count }) => count) };
}

async function start(what: string, seconds: number): Promise<{ readonly run: () => Promise<Counted> }> {
  const child = spawn(process.execPath, [PROGRAM, what, String(seconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the bare process ended early');
    return value;
  };
  await line();
  return {
    run: async () => {
      child.stdin.end('go');
      return JSON.parse(await line()) as Counted;
    },
  };
}
