// SPDX-License-Identifier: Apache-2.0
// signHash for hashes that the signer approved before the clock runs.
import type { Tokens } from '../client/approval.ts';
import type { Load } from '../load.ts';
import { percentile } from '../percentile.ts';
import { addUsed, NOTHING_USED } from '../processor-time.ts';
import { perSecond } from '../rate.ts';
import type { Against, Row, Target } from '../row.ts';

/** Hashes under one approval, unless a row says another number. */
const PER_APPROVAL = 100;
/** The most that a signer may have open. */
const OPEN_MAX = 8;
/** Approving and signing together take no longer than so many times what is measured. */
const WHOLE_TIMES = 6;
/** So many times what is expected is approved: what is too much must be signed after the clock has stopped. */
const MORE = 1.2;
const WARM_ROUNDS = 3;
/** Requests for many hashes keep both processors busy with fewer connections. */
const CONNECTIONS = { one: 64, many: 16 } as const;

export interface SignHash {
  readonly name: string;
  readonly tokens: Tokens;
  readonly perRequest: number;
  readonly perApproval?: number;
  readonly against?: readonly Against[];
  readonly target?: Target;
}

export async function measureSignHash(load: Load, { name, tokens, perRequest, perApproval = PER_APPROVAL, against = [], target }: SignHash, seconds: number): Promise<Row> {
  const { generator, prove, watch, holders } = load;
  const connections = connectionsFor(perRequest);
  const approve = (count: number): Promise<void> => generator.approve({ tokens, count, each: perApproval, perRequest });
  const expected = await warmRate(load, tokens, approve, connections);
  const approvals = (left: number): number => Math.min(OPEN_MAX * holders.length, Math.max(connections, Math.ceil((MORE * expected * left) / perApproval)));
  const total = { count: 0, seconds: 0, used: NOTHING_USED, tookMs: [] as number[] };
  const until = performance.now() + WHOLE_TIMES * seconds * 1000;
  do {
    await approve(approvals(seconds - total.seconds));
    const used = watch();
    const done = await generator.sign({ seconds: seconds - total.seconds, connections });
    total.used = addUsed(total.used, used());
    total.count += done.signatures;
    total.seconds += done.seconds;
    total.tookMs.push(...done.tookMs);
    prove(done.sample);
    // What is left would stay open at its signer.
    if (done.left > 0) await generator.sign({ seconds: Infinity, connections });
  } while (total.seconds < seconds && performance.now() < until);
  const { tookMs, ...rate } = total;
  const times = { p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) };
  return { name, figure: perSecond(total), unit: 'signatures/s', ...rate, ...times, against, ...(target === undefined ? {} : { target }) };
}

/** As many requests at once; each approval at work at the same time is another one where there are as many. */
export function connectionsFor(perRequest: number): number {
  return perRequest === 1 ? CONNECTIONS.one : CONNECTIONS.many;
}

/** Signs for a while, longer when nobody has asked this deployment before: the processes are warm when the clock begins. Gives the rate. */
async function warmRate({ generator, warm }: Load, tokens: Tokens, approve: (count: number) => Promise<void>, connections: number): Promise<number> {
  const rounds = warm.has(tokens) ? 1 : WARM_ROUNDS;
  warm.add(tokens);
  for (let n = 1; n < rounds; n++) {
    await approve(connections);
    await generator.sign({ seconds: Infinity, connections });
  }
  await approve(connections);
  const { signatures: count, seconds } = await generator.sign({ seconds: Infinity, connections });
  return perSecond({ count, seconds });
}
