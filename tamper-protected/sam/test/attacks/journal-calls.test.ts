// SPDX-License-Identifier: Apache-2.0
// SWP-6 at the journal's own power: every call that writes, of one signature and of one start, fails with EIO, with ENOSPC, is done by
// half, or is done wholly as the last thing that the process does. After each the journal is whole, nobody was told what it does not hold,
// and no hash is signed twice under one approval. The same is done to a process with its system calls where the tools for it are there.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/database.ts';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { documents, enrolled, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';
import { attackByConstruction, attacksOn, recordsOf, signaturesOf, STAGE } from './stage.ts';

const FAULTS = ['EIO', 'ENOSPC', 'half', 'crash'] as const;
type Fault = (typeof FAULTS)[number];

/** A disk whose Nth writing call from now on meets a fault; after a crash nothing is done any more. */
class FaultyDisk {
  #calls = 0;
  #at = Number.POSITIVE_INFINITY;
  #fault: Fault = 'EIO';
  #dead = false;
  readonly disk: Disk;

  constructor() {
    this.disk = {
      ...realDisk,
      create: (path) => this.#now(() => realDisk.create(path)),
      rename: (from, to) => this.#now(() => realDisk.rename(from, to)),
      remove: (path) => this.#now(() => realDisk.remove(path)),
      writeNow: (file, bytes, offset) => this.#now(
        () => realDisk.writeNow(file, bytes, offset),
        () => realDisk.writeNow(file, bytes.subarray(0, bytes.length >> 1), offset),
      ),
      write: (file, bytes, offset) => this.#later(
        () => realDisk.write(file, bytes, offset),
        () => realDisk.write(file, bytes.subarray(0, bytes.length >> 1), offset),
      ),
    };
  }

  get calls(): number {
    return this.#calls;
  }

  /** The process is another one now, and its disk is sound but for the Nth call. */
  arm(at: number = Number.POSITIVE_INFINITY, fault: Fault = 'EIO'): void {
    this.#calls = 0;
    this.#at = at;
    this.#fault = fault;
    this.#dead = false;
  }

  /** The fault, and whether the call is still done. */
  #meets(): readonly [fault: Fault | undefined, last: boolean] {
    this.#calls += 1;
    if (this.#dead) return ['crash', false];
    if (this.#calls !== this.#at) return [undefined, false];
    this.#dead = this.#fault === 'crash';
    return [this.#fault, this.#dead];
  }

  #now<T>(work: () => T, half: () => unknown = () => undefined): T {
    const [fault, last] = this.#meets();
    if (fault === undefined) return work();
    if (last) work();
    if (fault === 'half') half();
    throw Object.assign(new Error(`the disk says ${fault}`), { code: fault });
  }

  async #later(work: () => Promise<void>, half: () => Promise<void>): Promise<void> {
    const [fault, last] = this.#meets();
    if (fault === undefined) return work();
    if (last) await work();
    if (fault === 'half') await half();
    throw Object.assign(new Error(`the disk says ${fault}`), { code: fault });
  }
}

interface Said {
  readonly signatures: readonly Uint8Array[] | undefined;
  readonly authorised: boolean;
}

/** One signature, as far as it comes; gives up when the process is gone. */
async function attempt(signer: Signer, world: World, hashes: readonly Uint8Array[]): Promise<Said & {
  readonly again: (() => Promise<readonly Uint8Array[]>) | undefined,
}> {
  let receipt: Awaited<ReturnType<Signer['authorise']>> | undefined;
  const deaths = world.deaths.length;
  const work = (async () => {
    receipt = await signer.authorise(await signer.prepare(hashes));
    return signer.execute(receipt, hashes);
  })().catch(() => undefined);
  const gone = (async () => {
    for (let waited = 0; world.deaths.length === deaths && waited < 400; waited += 5) await pause(5);
    await pause(20);
    return undefined;
  })();
  const signatures = await Promise.race([work, gone]);
  const given = receipt;
  return { signatures, authorised: given !== undefined, again: given === undefined ? undefined : () => signer.execute(given, hashes) };
}

const faulty = new FaultyDisk();

suite('a disk that fails', () => {
  const { sweep } = attacksOn<World, WorldOptions>(STAGE);

  sweep({
    id: 'SWP-6',
    title: 'every writing call of a signature fails, halves or is the last',
    guard: 'journal/writer.ts',
    code: 'sealed',
    options: { disk: faulty.disk },
    async run(world, forms) {
      const signer = await enrolled(world);
      const { hashes } = documents(1);
      faulty.arm();
      try {
        if (forms === 'few') return { tried: 1, accepted: (await losesSignature(world, signer)) ? 1 : 0 };
        assert.ok((await attempt(signer, world, hashes)).signatures !== undefined);
        const calls = faulty.calls;
        assert.ok(calls >= 3, `${calls} writing calls`);
        for (let at = 1; at <= calls; at++) for (const fault of FAULTS) await oneSignature(world, faulty, signer, at, fault);
        return { tried: calls * FAULTS.length, accepted: 0 };
      } finally {
        faulty.arm();
      }
    },
  });
});

/** Whether an application has a signature of which the journal knows nothing after a crash. */
async function losesSignature(world: World, signer: Signer): Promise<boolean> {
  const { hashes } = documents(1);
  faulty.arm(1, 'EIO');
  const signatures = await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
  await world.restart('crash');
  const events = (await recordsOf(world)).map(({ event }) => event);
  return signatures.length === 1 && !events.includes('released');
}

async function oneSignature(world: World, faulty: FaultyDisk, signer: Signer, at: number, fault: Fault): Promise<void> {
  const what = `${fault} at call ${at}`;
  const { hashes } = documents(1);
  faulty.arm(at, fault);
  const made = await signaturesOf(world);
  const said = await attempt(signer, world, hashes);
  const used = (await signaturesOf(world)) - made;
  assert.equal(said.signatures === undefined || used === 1, true, what);
  assert.ok(used <= 1, `${what}: signed once at the most`);
  faulty.arm();
  await world.restart('crash');
  const records = await recordsOf(world);
  assert.deepEqual(
    records.map(({ number }) => number),
    records.map((_, i) => i + 1),
    `${what}: the journal is whole`,
  );
  const told = records.filter(({ event, signerId }) => event === 'released' && Buffer.from(signerId!).equals(signer.signerId)).length;
  if (said.signatures !== undefined) assert.ok(told > 0, `${what}: what was told is written down`);
  if (said.authorised) assert.ok(records.some(({ event }) => event === 'authorised'), what);
  const before = await signaturesOf(world);
  const repeated = await said.again?.().catch(() => undefined);
  if (repeated !== undefined && said.signatures !== undefined) assert.deepEqual(
    repeated.map((one) => Buffer.from(one)),
    said.signatures.map((one) => Buffer.from(one)),
  );
  assert.equal(await signaturesOf(world), before, `${what}: nothing is signed again`);
}

/** Whether a start came to its end; a process that must end, as this one would, answers nobody. */
function startedOrGone(world: World, start: () => Promise<void>): Promise<boolean> {
  const deaths = world.deaths.length;
  const starting = start().then(
    () => true,
    () => false,
  );
  const gone = (async () => {
    while (world.deaths.length === deaths) await pause(5, undefined, { ref: false });
    return false;
  })();
  return Promise.race([starting, gone]);
}

attackByConstruction({
  id: 'SWP-6',
  title: 'every writing call of a start fails, halves or is the last',
  code: 'not started',
  because: 'a start whose disk fails throws, and nobody has had an answer of it',
}, async () => {
  const faulty = new FaultyDisk();
  const databases: Database[] = [];
  const world = await openWorld({ disk: faulty.disk, wrapDatabase: (database) => (databases.push(database), database) });
  try {
    const signer = await enrolled(world);
    const { hashes } = documents(1);
    await world.restart('crash', () => faulty.arm());
    const calls = faulty.calls;
    assert.ok(calls >= 3, `${calls} writing calls`);
    for (let at = 1; at <= calls; at++)
      for (const fault of FAULTS) {
        const started = await startedOrGone(world, () => world.restart('crash', () => faulty.arm(at, fault)));
        faulty.arm();
        if (!started) await databases.at(-1)!.close();
        if (!started) await world.restart('none');
        else if (world.sam.state.sealedReason !== '') await world.restart('crash');
        await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
        const records = await recordsOf(world);
        assert.deepEqual(records.map(({ number }) => number), records.map((_, i) => i + 1), `${fault} at call ${at}: the journal is whole`);
      }
  } finally {
    faulty.arm();
    await world.close();
  }
});
