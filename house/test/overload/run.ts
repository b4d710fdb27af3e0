// SPDX-License-Identifier: Apache-2.0
// Five times more than the house can do: its peak is measured first, then five times as much is offered, whatever the answers are. Meanwhile keys are frozen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fromHex } from '@sigillo/standards/bytes';
import { openLog } from '@sigillo/wire';
import type { Instance } from '../../src/instance.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { raisedLimits } from '../chaos/raised-limits.ts';
import { approveInto, newSigners, type Signer } from './approvals.ts';
import { processorSecondsOf, type ProcessorTime, processorTime } from './processor.ts';

const DRIVER = fileURLToPath(new URL('driver.ts', import.meta.url));
/** Each may hold a hundred approvals, and those of which a drive left something stay open until the end. */
const SIGNERS = 36;
const PAIRS = 3;
/** In each overload. */
const FREEZES = 3;
const CLOSED_CONNECTIONS = 64;
const OPEN_CONNECTIONS = 600;
const TIMES = 5;
/** Of the seconds of the overload. */
const PEAK_SHARE = 0.4;
const WARM_UP_SECONDS = 2;
const WARM_UP_PER_SECOND = 3000;
/** More approved hashes than the fastest drive so far would have needed. */
const MORE = 1.5;
const AFTER_SECONDS = 2;
const WARM_MS = 1000;
const SAMPLE_MS = 250;

export interface Driven {
  readonly seconds: number;
  /** What was due; where no connection was free it was not sent. */
  readonly offeredPerSecond: number;
  readonly sentPerSecond: number;
  readonly goodPerSecond: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Due while no connection was free. */
  readonly unsent: number;
  readonly lost: number;
  readonly hung: number;
  readonly left: number;
  readonly withoutRetryAfter: number;
  readonly goodMs: Times;
  readonly refusedMs: Times;
  /** Of processor time: the driver's and each process's. */
  readonly cpuSeconds: number;
  readonly cpu: Readonly<Record<string, number>>;
  readonly processors: ProcessorTime;
}
interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface OverloadReport {
  /** As many pairs as there were, in their order: what the machine does beside the test does not favour one of them. */
  readonly peaks: readonly Driven[];
  readonly overloads: readonly Driven[];
  /** A moment after the last overload. */
  readonly after: Driven;
  readonly freezesMs: readonly number[];
  /** MiB of each process, in each overload from its second second on. */
  readonly memory: Readonly<Record<string, readonly (readonly number[])[]>>;
}

export async function runOverload(seconds: number, say: (line: string) => void): Promise<OverloadReport> {
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-overload-'));
  const instance = await openOwnInstance(openLog('house', () => undefined, Date.now), { alter: raisedLimits });
  try {
    say('signers …');
    return await measure({ instance, file: join(folder, 'approvals'), signers: await newSigners(instance, SIGNERS), spare: await newSigners(instance, PAIRS * FREEZES), say }, seconds);
  } finally {
    await instance.stop();
    rmSync(folder, { recursive: true });
  }
}

interface Place {
  readonly instance: Instance;
  readonly file: string;
  readonly signers: readonly Signer[];
  readonly spare: Signer[];
  readonly say: (line: string) => void;
}

async function measure(place: Place, seconds: number): Promise<OverloadReport> {
  const { instance, file, signers, say } = place;
  const memory: Record<string, number[][]> = { ssa: [], sam: [] };
  const freezesMs: number[] = [];
  const [peaks, overloads]: [Driven[], Driven[]] = [[], []];
  // A hash that was signed already would only be looked up: each drive has fresh ones.
  const closed = async (what: string, forSeconds: number, perSecond: number): Promise<Driven> => {
    await approveInto(file, signers, Math.ceil(perSecond * forSeconds));
    return told(say, what, await drive(instance, file, forSeconds, CLOSED_CONNECTIONS));
  };
  let best = (await closed('warm-up', WARM_UP_SECONDS, WARM_UP_PER_SECOND)).goodPerSecond;
  for (let pair = 0; pair < PAIRS; pair++) {
    const peak = await closed('peak', (seconds * PEAK_SHARE) / PAIRS, best * MORE);
    best = Math.max(best, peak.goodPerSecond);
    peaks.push(peak);
    await approveInto(file, signers, Math.ceil((best * MORE * seconds) / PAIRS) + OPEN_CONNECTIONS);
    overloads.push(told(say, 'overload', await overloaded(place, seconds / PAIRS, TIMES * peak.goodPerSecond, memory, freezesMs)));
  }
  return { peaks, overloads, after: await closed('afterwards', AFTER_SECONDS, best * MORE), freezesMs, memory };
}

async function overloaded({ instance, file, spare }: Place, seconds: number, rate: number, memory: Record<string, number[][]>, freezesMs: number[]): Promise<Driven> {
  let over = false;
  const watching = Promise.all([sample(instance, memory, () => over), freezeNowAndThen(spare.splice(0, FREEZES), freezesMs, seconds)]);
  const driven = await drive(instance, file, seconds, OPEN_CONNECTIONS, rate);
  over = true;
  await watching;
  return driven;
}

function told(say: (line: string) => void, what: string, driven: Driven): Driven {
  const { goodPerSecond, offeredPerSecond, goodMs, refusedMs, statuses, cpu } = driven;
  say(`${what}: ${Math.round(goodPerSecond)}/s good of ${Math.round(offeredPerSecond)}/s; good ${goodMs.p50}/${goodMs.p99} ms, refused ${refusedMs.p50}/${refusedMs.p99} ms; ${JSON.stringify({ statuses, cpu })}`);
  return driven;
}

const WATCHED = ['ssa', 'sam', 'crypto-module', 'crypto-module-2'] as const;

async function drive(instance: Instance, file: string, seconds: number, connections: number, rate?: number): Promise<Driven> {
  const words = [DRIVER, new URL(instance.addresses.ssaUrl).port, file, String(seconds), String(connections), ...(rate === undefined ? [] : [String(Math.round(rate))])];
  const cpuOf = (): number[] => WATCHED.map((name) => processorSecondsOf(instance.supervisor.pidOf(name)!));
  const [cpuBefore, before] = [cpuOf(), processorTime()];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the driver ended with ${code}`);
  const driven = JSON.parse(text) as Omit<Driven, 'cpu' | 'processors'>;
  const [cpuAfter, after] = [cpuOf(), processorTime()];
  const cpu = Object.fromEntries(WATCHED.map((name, n) => [name, rounded(cpuAfter[n]! - cpuBefore[n]!)]));
  return { ...driven, cpu, processors: { busy: rounded(after.busy - before.busy), own: rounded(after.own - before.own) } };
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;

async function sample({ supervisor }: Instance, memory: Record<string, number[][]>, isOver: () => boolean): Promise<void> {
  for (const samples of Object.values(memory)) samples.push([]);
  await pause(WARM_MS);
  while (!isOver()) {
    for (const [name, samples] of Object.entries(memory)) samples.at(-1)!.push(residentMib(supervisor.pidOf(name)!));
    await pause(SAMPLE_MS);
  }
}

function residentMib(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);
}

async function freezeNowAndThen(spare: readonly Signer[], tookMs: number[], seconds: number): Promise<void> {
  for (const { signer, application } of spare) {
    await pause((seconds * 1000 * 0.8) / spare.length);
    const started = performance.now();
    await signer.freeze(fromHex(application.credential.credentialID));
    tookMs.push(Math.round(performance.now() - started));
  }
}
