// SPDX-License-Identifier: Apache-2.0
// signHash for hashes that the signer approved before the clock runs.
import type { Tokens } from '../client/approval.ts';
import type { Load } from '../load.ts';
import { percentile } from '../percentile.ts';
import { type ProcessorTime, sumByRoom } from '../processor-time.ts';
import { perSecond } from '../rate.ts';
import type { Against, Row, Target } from '../row.ts';

/** The most that one approval may hold. */
export const PER_APPROVAL = 100;
/** The most that a signer may have open. */
const OPEN_MAX = 8;
/** Approving and signing together take no longer than so many times what is measured. */
const WHOLE_TIMES = 6;
/** So many times what is expected is approved: what is too much must be signed after the clock has stopped. */
const MORE = 1.2;
const WARM_ROUNDS = 3;
const TURNS = 3;

export interface SignHash {
  readonly name: string;
  readonly tokens: Tokens;
  readonly perRequest: number;
  readonly against?: readonly Against[];
  readonly target?: Target;
}

/** Two ways of asking, or two who are asked, by turns: machines change while they are measured. */
export async function measureByTurns(one: readonly [Load, SignHash], other: readonly [Load, SignHash], seconds: number): Promise<readonly [Row, Row]> {
  const rows: [Row[], Row[]] = [[], []];
  for (let n = 0; n < TURNS; n++) {
    rows[0].push(await measureSignHash(...one, seconds / TURNS));
    rows[1].push(await measureSignHash(...other, seconds / TURNS));
  }
  return [together(rows[0]), together(rows[1])];
}

/** The rate is that of all turns; times of single requests are those of the turn in the middle. */
function together(rows: readonly Row[]): Row {
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const processorTime = sumByRoom(rows.flatMap((row) => Object.entries(row.processorTime ?? {})));
  return { ...rows[Math.floor(rows.length / 2)]!, figure: count / seconds, count, seconds, processorTime };
}

export async function measureSignHash(load: Load, { name, tokens, perRequest, against = [], target }: SignHash, seconds: number): Promise<Row> {
  const { generator, prove, watch, holders } = load;
  const approve = (perSigner: number): Promise<void> => generator.approve({ tokens, perSigner, each: PER_APPROVAL, perRequest });
  const expected = await warmRate(load, tokens, approve);
  const perSigner = (left: number): number => Math.min(OPEN_MAX, Math.ceil((MORE * expected * left) / (holders.length * PER_APPROVAL)));
  const total = { count: 0, seconds: 0, processorTime: {} as ProcessorTime, tookMs: [] as number[] };
  const until = performance.now() + WHOLE_TIMES * seconds * 1000;
  do {
    await approve(perSigner(seconds - total.seconds));
    const used = watch();
    const done = await generator.sign({ seconds: seconds - total.seconds });
    total.processorTime = sumByRoom([...Object.entries(total.processorTime), ...Object.entries(used())]);
    total.count += done.signatures;
    total.seconds += done.seconds;
    total.tookMs.push(...done.tookMs);
    prove(done.sample);
    // What is left would stay open at its signer.
    if (done.left > 0) await generator.sign({ seconds: Infinity });
  } while (total.seconds < seconds && performance.now() < until);
  const { tookMs, ...rate } = total;
  return { name, figure: perSecond(total), unit: 'signatures/s', ...rate, p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99), against, ...(target === undefined ? {} : { target }) };
}

/** Signs for a while, longer when nobody has asked this deployment before: the processes are warm when the clock begins. Gives the rate. */
async function warmRate({ generator, warm }: Load, tokens: Tokens, approve: (perSigner: number) => Promise<void>): Promise<number> {
  const rounds = warm.has(tokens) ? 1 : WARM_ROUNDS;
  warm.add(tokens);
  for (let n = 1; n < rounds; n++) {
    await approve(1);
    await generator.sign({ seconds: Infinity });
  }
  await approve(1);
  const { signatures: count, seconds } = await generator.sign({ seconds: Infinity });
  return perSecond({ count, seconds });
}
