// SPDX-License-Identifier: Apache-2.0
// Rounds of chaos on a whole instance: everyone plays, something breaks at a random moment, the house comes back by itself, everyone ends
// what was begun; then what the players know, the SAM's record, its copy and the crypto module's count are held against each other.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLog } from '@sigillo/wire';
import { PORTS } from '../../src/home/home.ts';
import { type Instance, openInstance } from '../../src/instance.ts';
import { freePortBase } from '../../src/rehearse/own-instance.ts';
import { newAccount } from './account.ts';
import { acknowledgedStands, continues } from './checks/acknowledged.ts';
import { copyAgrees, countsAgree, type Counted } from './checks/agreement.ts';
import { answersAreClear, type Outage } from './checks/answers.ts';
import { itemsAreUsedOnce, nothingStaysOpen } from './checks/items.ts';
import { signaturesStand } from './checks/signatures.ts';
import { type Watched, watchFetch } from './exchanges.ts';
import { deckOf, faults } from './faults/deck.ts';
import type { Fault, Injected, Scene } from './faults/fault.ts';
import { moveToOwnDisk, run } from './faults/storage.ts';
import { type Crew, openCrew } from './players/crew.ts';
import { newPlayer } from './players/player.ts';
import { raisedLimits } from './raised-limits.ts';
import { type Random, seededRandom } from './random.ts';
import { foreignShare, processorTime } from '../overload/processor.ts';
import { percent } from '../overload/verdict.ts';
import { openWitnesses, type SamRecord } from './record.ts';
import { insist, Violation } from './violation.ts';

/** No answer of the house takes longer: the longest deadline of a door is 30 s. */
const HUNG_AFTER_MS = 40_000;
/** The house serves again within so long in nine rounds of ten, with the whole machine; with half of it, twice as long. */
const BACK_WITHIN_MS = 5000;
const BACK_ALWAYS_WITHIN_MS = 60_000;
const SHARE_MIN = 0.1;
const BEFORE_MS = { from: 150, to: 1100 } as const;
const AFTER_MS = 350;

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Faults of the SAM's disk as well: they take root, mounts and strace. */
  readonly withStorage: boolean;
  /** A part of the names of the faults that are wanted; empty for all. */
  readonly only: string;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly rounds: number;
  readonly kinds: Readonly<Record<string, { readonly injected: number; readonly observed: number }>>;
  /** Milliseconds until the house served again, one a round. */
  readonly backMs: readonly number[];
  readonly ceremonies: Readonly<Record<string, number>>;
  readonly brokenOff: Readonly<Record<string, number>>;
  readonly answered: number;
  readonly refused: number;
  readonly broken: number;
  readonly signatures: number;
  /** Items that died with a process while they were signed. */
  readonly inDoubt: number;
  readonly records: number;
}

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sigillo-chaos-')));
  const said: string[] = [];
  const log = openLog('house', (line) => said.push(line), Date.now);
  const portBase = String(await freePortBase());
  const open = (): Promise<Instance> => openInstance({ home, portBase, ownDatabaseServer: undefined, log, alter: raisedLimits });
  const watched = watchFetch(HUNG_AFTER_MS);
  let instance: Instance | undefined;
  try {
    instance = await open();
    if (options.withStorage) {
      await instance.stop();
      moveToOwnDisk(instance.layout.folder('sam'));
      instance = await open();
    }
    const report = await rounds(instance, said, watched, options);
    await instance.stop();
    if (options.withStorage) run('umount', '--lazy', instance.layout.folder('sam'));
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    return report;
  } catch (cause) {
    // The home stays: its logs and its record say why.
    await instance?.stop();
    throw cause instanceof Violation ? new Violation(`${cause.message} (seed ${options.seed}, ${home})`, { cause }) : cause;
  } finally {
    watched.stop();
  }
}

async function rounds(instance: Instance, said: readonly string[], watched: Watched, { rounds, seed, withStorage, only, say }: ChaosOptions): Promise<ChaosReport> {
  const random = seededRandom(seed);
  const account = newAccount();
  const crew = await openCrew(instance, account, random, (url) => watched.page(url));
  const scene: Scene = { instance, said, random, bystander: await newPlayer(instance, account, random) };
  const witnesses = await openWitnesses(instance);
  const all = faults(withStorage, only);
  const next = deckOf(random, all);
  const kinds = Object.fromEntries(all.map(({ kind }) => [kind, { injected: 0, observed: 0 }]));
  const backMs: number[] = [];
  let late = 0;
  const answers = { answered: 0, refused: 0, broken: 0 };
  let record: SamRecord = await witnesses.record();
  let counted: Counted = { counts: await witnesses.counts(), record: record.lastRecord };
  let [copied, inDoubt, signatures] = [1, 0, 0];
  answersAreClear(watched.take(), []);
  for (let round = 1; round <= rounds; round++) {
    const fault = next();
    const { injected, tookMs, share, outages } = await oneRound(crew, fault, scene, random);
    kinds[fault.kind]!.injected += 1;
    if (injected.observed()) kinds[fault.kind]!.observed += 1;
    backMs.push(tookMs);
    if (tookMs * share > BACK_WITHIN_MS) late += 1;
    const clear = answersAreClear(watched.take(), outages);
    for (const what of ['answered', 'refused', 'broken'] as const) answers[what] += clear[what];
    const now = await witnesses.record();
    continues(record, now);
    record = now;
    itemsAreUsedOnce(record);
    nothingStaysOpen(record);
    acknowledgedStands(account, record);
    signatures = signaturesStand(account, record);
    const recount = { counts: await witnesses.counts(), record: record.lastRecord };
    inDoubt += countsAgree(counted, recount, record);
    counted = recount;
    copied = await copyAgrees(witnesses, copied);
    say(`${String(round).padStart(4)} ${fault.kind.padEnd(40)} back after ${(tookMs / 1000).toFixed(1)} s with ${percent(share)} of the machine, ${signatures} signatures, ${clear.refused} refused, ${clear.broken} broken`);
  }
  await witnesses.close();
  insist(late <= Math.ceil(rounds / 10), `in ${late} rounds of ${rounds} the house served again only after more than ${BACK_WITHIN_MS} ms of the machine's time`);
  return { seed, rounds, kinds, backMs, ceremonies: Object.fromEntries(account.done), brokenOff: Object.fromEntries(account.brokenOff), ...answers, signatures, inDoubt, records: record.lastRecord };
}

interface Round {
  readonly injected: Injected;
  readonly tookMs: number;
  /** Of the machine, that the house and its players had meanwhile. */
  readonly share: number;
  readonly outages: readonly Outage[];
}

async function oneRound(crew: Crew, fault: Fault, scene: Scene, random: Random): Promise<Round> {
  let over = false;
  const playing = crew.play(() => over);
  playing.catch(() => undefined);
  try {
    await pause(random.between(BEFORE_MS.from, BEFORE_MS.to));
    const [from, before] = [performance.now(), processorTime()];
    const injected = await fault.inject(scene);
    await serves(crew, injected, fault.kind);
    const until = performance.now();
    const tookMs = until - injected.endedAt;
    const share = Math.max(SHARE_MIN, 1 - foreignShare(before, processorTime()));
    await pause(AFTER_MS);
    await injected.underWay;
    return { injected, tookMs, share, outages: injected.down.filter(isDoor).map((name) => ({ port: scene.instance.addresses.portBase + PORTS[name], from, until })) };
  } finally {
    over = true;
    await playing;
  }
}

/** Everything that went down is up, and a whole ceremony that was begun afterwards succeeds. */
async function serves({ probe }: Crew, { endedAt, isUp }: Injected, kind: string): Promise<void> {
  for (;;) {
    try {
      if (isUp()) return await probe();
    } catch (cause) {
      if (cause instanceof Violation) throw cause;
    }
    insist(performance.now() - endedAt < BACK_ALWAYS_WITHIN_MS, `${BACK_ALWAYS_WITHIN_MS} ms after "${kind}" the house does not serve`);
    await pause(20);
  }
}

function isDoor(name: string): name is keyof typeof PORTS {
  return name in PORTS;
}
