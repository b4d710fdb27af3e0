// SPDX-License-Identifier: Apache-2.0
// signHash for hashes that the signer approved before the clock runs, asked by the client of the SDK.
import type { Approval } from '@sigillo/sdk';
import type { Bare } from '../bare/measure.ts';
import { type Content, type Crew, newContents, type Pair, proveSigned } from '../crew.ts';
import { perSecond, type Rate, rateOf } from '../rate.ts';
import type { Row } from '../row.ts';

const AT_ONCE = 16;
/** The most that one approval may hold. */
const PER_APPROVAL = 100;
/** The most that a signer may have open. */
const OPEN_MAX = 8;
/** Approving and signing together take no longer than so many times what is measured. */
const WHOLE_TIMES = 4;

interface Job {
  readonly pair: Pair;
  readonly approval: Approval;
  readonly contents: readonly Content[];
}

export async function measureSignHash(crew: Crew, tokens: 'bearer' | 'dpop', perRequest: 1 | 50, bare: Bare, seconds: number): Promise<Row> {
  const total = { count: 0, seconds: 0, ownCpuSeconds: 0 };
  const until = performance.now() + WHOLE_TIMES * seconds * 1000;
  do {
    const jobs = await approvedJobs(crew[tokens], perRequest);
    const rate = await signAll(jobs, seconds - total.seconds);
    total.count += rate.count;
    total.seconds += rate.seconds;
    total.ownCpuSeconds += rate.ownCpuSeconds;
    // What is left would stay open at its signer.
    await rateOf(() => signNext(jobs), { seconds: Infinity, atOnce: AT_ONCE });
  } while (total.seconds < seconds && performance.now() < until);
  const name = `signHash, ${perRequest} ${perRequest === 1 ? 'hash' : 'hashes'} a request, ${tokens}`;
  return { name, figure: perSecond(total), unit: 'signatures/s', ...total, against: [bare.oneProcess, bare.everyCore] };
}

/** The clock runs here; afterwards the last signatures are checked. */
async function signAll(jobs: Job[], seconds: number): Promise<Rate> {
  const checked: (() => void)[] = [];
  const rate = await rateOf(() => signNext(jobs, (check) => checked.push(check)), { seconds, atOnce: AT_ONCE });
  for (const check of checked.slice(-AT_ONCE)) check();
  return rate;
}

async function signNext(jobs: Job[], keep: (check: () => void) => void = () => undefined): Promise<number> {
  const job = jobs.pop();
  if (job === undefined) return 0;
  const signatures = await job.approval.signHash(job.contents.map(({ hash }) => hash));
  keep(() => {
    for (const [n, content] of job.contents.entries()) proveSigned(job.pair, content, signatures[n]);
  });
  return signatures.length;
}

/** Requests in such an order that those at work at the same time belong to different approvals. */
async function approvedJobs(pairs: readonly Pair[], perRequest: number): Promise<Job[]> {
  const rounds: Job[][] = [];
  const approveAll = async (pair: Pair): Promise<void> => {
    for (let n = 0; n < OPEN_MAX; n++) {
      const contents = newContents(PER_APPROVAL);
      const approval = await pair.approve(contents);
      for (let at = 0; at < PER_APPROVAL; at += perRequest) (rounds[at / perRequest] ??= []).push({ pair, approval, contents: contents.slice(at, at + perRequest) });
    }
  };
  await Promise.all(pairs.map(approveAll));
  return rounds.flat();
}
