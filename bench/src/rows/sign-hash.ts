// SPDX-License-Identifier: Apache-2.0
// signHash for hashes that the signer approved before the clock runs. The requests are the SDK's, sent by a process of its own.
import type { Bare } from '../bare/measure.ts';
import { type Content, type Crew, newContents, type Pair, proveSigned } from '../crew.ts';
import type { Done } from '../generator/process.ts';
import { writtenDown } from '../generator/written-down.ts';
import { percentile } from '../percentile.ts';
import { type ProcessorTime, sumByRoom, watchProcessors } from '../processor-time.ts';
import { perSecond } from '../rate.ts';
import type { Row } from '../row.ts';
import type { Load } from '../load.ts';

/** Connections; each has one request under way. */
const AT_ONCE = 16;
/** The most that one approval may hold. */
const PER_APPROVAL = 100;
/** The most that a signer may have open. */
const OPEN_MAX = 8;
/** Approving and signing together take no longer than so many times what is measured. */
const WHOLE_TIMES = 6;

interface Job {
  readonly pair: Pair;
  readonly contents: readonly Content[];
  readonly request: Uint8Array;
}

interface Total {
  count: number;
  seconds: number;
  processorTime: ProcessorTime;
  readonly tookMs: number[];
}

export async function measureSignHash(crew: Crew, tokens: 'bearer' | 'dpop', perRequest: 1 | 50, load: Load, bare: Bare, seconds: number): Promise<Row> {
  const total: Total = { count: 0, seconds: 0, processorTime: {}, tookMs: [] };
  await send(await approvedJobs(crew[tokens], perRequest), load, Infinity);
  const until = performance.now() + WHOLE_TIMES * seconds * 1000;
  do {
    const jobs = await approvedJobs(crew[tokens], perRequest);
    const done = await signed(jobs, load, seconds - total.seconds, total);
    // What is left would stay open at its signer.
    await send(jobs.slice(done.answers.length), load, Infinity);
  } while (total.seconds < seconds && performance.now() < until);
  const name = `signHash, ${perRequest} ${perRequest === 1 ? 'hash' : 'hashes'} a request, ${tokens}`;
  const { tookMs, ...rate } = total;
  return { name, figure: perSecond(total), unit: 'signatures/s', ...rate, p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99), against: [bare.oneProcess, bare.everyCore] };
}

/** The clock runs here; afterwards the last signatures are checked. */
async function signed(jobs: readonly Job[], load: Load, seconds: number, total: Total): Promise<Done> {
  const used = watchProcessors({ deployment: load.deployment, generator: load.generator.pid });
  const done = await send(jobs, load, seconds);
  total.processorTime = sumByRoom([...Object.entries(total.processorTime), ...Object.entries(used())]);
  total.seconds += done.seconds;
  for (const [at, answer] of done.answers.entries()) {
    const { signatures } = JSON.parse(Buffer.from(answer).toString('utf8')) as { readonly signatures: readonly string[] };
    const { pair, contents } = jobs[at]!;
    if (signatures.length !== contents.length) throw new Error('an answer has other signatures than were asked for');
    total.count += signatures.length;
    total.tookMs.push(done.tookMs[at]!);
    if (at >= done.answers.length - AT_ONCE) for (const [n, content] of contents.entries()) proveSigned(pair, content, Buffer.from(signatures[n]!, 'base64'));
  }
  return done;
}

function send(jobs: readonly Job[], { generator, ssaUrl }: Load, seconds: number): Promise<Done> {
  const { hostname, port } = new URL(ssaUrl);
  return generator.run({ host: hostname, port: Number(port), requests: jobs.map(({ request }) => request), connections: AT_ONCE, seconds });
}

/** Requests in such an order that those at work at the same time belong to different approvals. */
async function approvedJobs(pairs: readonly Pair[], perRequest: number): Promise<Job[]> {
  const approvals = (await Promise.all(pairs.map(approveAll))).flat();
  const jobs: Job[] = [];
  for (let at = 0; at < PER_APPROVAL; at += perRequest) {
    for (const { pair, approval, contents } of approvals) {
      const part = contents.slice(at, at + perRequest);
      jobs.push({ pair, contents: part, request: await writtenDown(() => approval.signHash(part.map(({ hash }) => hash))) });
    }
  }
  return jobs;
}

async function approveAll(pair: Pair) {
  const approvals = [];
  for (let n = 0; n < OPEN_MAX; n++) {
    const contents = newContents(PER_APPROVAL);
    approvals.push({ pair, contents, approval: await pair.approve(contents) });
  }
  return approvals;
}
