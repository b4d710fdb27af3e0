// SPDX-License-Identifier: Apache-2.0
// What the SAM says of itself, signed, is on the disk: also where something new comes in between.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test, type TestContext } from 'node:test';
import { type HistoryEntry, historyStatement, outcomeStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { realDisk } from '../src/journal/disk.ts';
import { endedDetail } from '../src/journal/details.ts';
import { documents, enrolled, readStatement, Signer } from './played/signer.ts';
import { openWorld, type World, type WorldOptions } from './played/world.ts';

interface HeldWorld {
  readonly world: World;
  /** Holds every write to the disk until it is let go. */
  readonly hold: () => void;
  readonly letGo: () => void;
}

async function openHeld(t: TestContext, options: WorldOptions = {}): Promise<HeldWorld> {
  let held: Promise<void> | undefined;
  let letGo: () => void = () => undefined;
  const world = await openWorld({
    ...options,
    disk: {
      ...realDisk,
      async write(file, bytes, offset) {
        await held;
        await realDisk.write(file, bytes, offset);
      },
    },
  });
  t.after(() => {
    letGo();
    return world.close();
  });
  const hold = (): void => {
    held = new Promise((resolve) => (letGo = resolve));
  };
  return { world, hold, letGo: () => letGo() };
}

suite('nothing is said before it is durable', () => {
  test('a history asked for while the signer signs waits for the entries that it names', async (t) => {
    let meanwhile: () => void = () => undefined;
    const { world, hold, letGo } = await openHeld(t, {
      wrapDatabase: (database) => ({
        ...database,
        async getSubjectKey(signerId) {
          const key = await database.getSubjectKey(signerId);
          meanwhile();
          return key;
        },
      }),
    });
    const { signerId } = await enrolled(world);
    await world.restart();
    meanwhile = () => {
      hold();
      world.sam.state.journal.append({ event: 'refused', code: 'handle_unknown', signerId });
    };
    const pageNonce = randomBytes(32);
    let answered = false;
    const asking = world.ask('history', { signerId, before: null, pageNonce }).finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(answered, false);
    letGo();
    const { entries, lastNumber } = readStatement(world, 'history', historyStatement, await asking, pageNonce);
    assert.equal(lastNumber, 3);
    assert.deepEqual(
      entries.map(({ event }) => event),
      ['refused', 'key_active', 'enrolled'],
    );
  });

  test('an outcome that is not durable yet is not told', async (t) => {
    const { world, hold, letGo } = await openHeld(t);
    const signer = await enrolled(world);
    const { challenge } = await signer.prepare(documents(1).hashes);
    const pageNonce = randomBytes(32);
    const context = { caller: 'ssa', requestId: 'test', deadlineAt: Number.POSITIVE_INFINITY };
    hold();
    const asking = world.sam.handlers.outcome({ challenge, pageNonce }, context);
    world.sam.state.journal.append({
      event: 'spent',
      operation: challenge,
      detail: encode(endedDetail, { handle: null, indices: [] }),
    });
    setTimeout(letGo, 100);
    const said = readStatement(world, 'outcome', outcomeStatement, await asking, pageNonce);
    assert.deepEqual([said.state, said.record], ['issued', 0]);
    assert.equal((await signer.outcome(challenge)).state, 'spent');
  });

  test('where an enrolment stands is not told before it is durable', async (t) => {
    const { world, hold, letGo } = await openHeld(t);
    const signer = new Signer(world);
    await signer.begin();
    await signer.makePasskey();
    await signer.confirm();
    hold();
    const proposing = world.ask('officerPropose', signer.approval(world.officers.registrar, 'enrol-propose'));
    const { index } = world.sam.state;
    while (index.version('enrolment', signer.enrolmentHash) === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    let answered = false;
    const pageNonce = randomBytes(32);
    const asking = world
      .ask('enrolOutcome', { enrolmentHash: signer.enrolmentHash, pageNonce })
      .finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(answered, false);
    letGo();
    await proposing;
    assert.equal(readStatement(world, 'outcome', outcomeStatement, await asking, pageNonce).state, 'pending_approval');
  });
});

suite('a long history', () => {
  test('with a thousand long names in each event is told in shorter pages, without gaps', async (t) => {
    const world = await openWorld({ policy: { signaturesMax: 1000 } });
    t.after(() => world.close());
    const signer = await enrolled(world);
    const { hashes } = documents(1000);
    const labels = hashes.map((_, i) => `${'名'.repeat(110)}${i}`);
    for (let i = 0; i < 2; i++) await signer.execute(await signer.authorise(await signer.prepare(hashes, { changes: { details: { labels } } })), hashes);
    const told: HistoryEntry[] = [];
    for (let before: number | null = null; before !== 1; before = told.at(-1)!.number) {
      const pageNonce = randomBytes(32);
      const said = await world.ask('history', { signerId: signer.signerId, before, pageNonce });
      told.push(...readStatement(world, 'history', historyStatement, said, pageNonce).entries);
    }
    assert.deepEqual(told.map(({ number }) => number), told.map((_, i) => told.length - i));
    const named = told.filter(({ names }) => names.length > 0);
    assert.deepEqual(named.map(({ event }) => event), ['released', 'authorised', 'released', 'authorised']);
    for (const { names } of named) assert.deepEqual(names, labels);
  });

  test('is told page by page, from any entry, also after a restart and while the signer goes on', async (t) => {
    const { world, hold, letGo } = await openHeld(t);
    const { signerId } = await enrolled(world);
    const page = async (before: number | null): Promise<number[]> => {
      const pageNonce = randomBytes(32);
      const said = await world.ask('history', { signerId, before, pageNonce });
      return readStatement(world, 'history', historyStatement, said, pageNonce).entries.map(({ number }) => number);
    };
    const down = (from: number): number[] => Array.from({ length: Math.min(100, from) }, (_, i) => from - i);
    const { journal } = world.sam.state;
    for (let i = 0; i < 498; i++) journal.append({ event: 'refused', code: `c${i}`, signerId });
    await journal.durable();
    for (const how of ['running', 'restarted']) {
      assert.deepEqual(await page(null), down(500), how);
      for (const before of [501, 500, 385, 384, 257, 256, 130, 129, 128, 101, 2, 1, 0])
        assert.deepEqual(await page(before), down(Math.max(0, before - 1)), `${how}, before ${before}`);
      assert.deepEqual(await page(100_000), down(500));
      await world.restart('crash');
    }
    hold();
    world.sam.state.journal.append({ event: 'refused', code: 'first', signerId });
    const asking = page(null);
    await new Promise((resolve) => setTimeout(resolve, 30));
    world.sam.state.journal.append({ event: 'refused', code: 'second', signerId });
    letGo();
    assert.deepEqual(await asking, down(501));
  });
});
