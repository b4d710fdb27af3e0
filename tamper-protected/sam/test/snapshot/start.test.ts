// SPDX-License-Identifier: Apache-2.0
// A whole SAM that starts from a snapshot: what it promised before holds after, and what was rolled back is seen.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { type HistoryStatement, historyStatement } from '@sigillo/doors/sap';
import { JournalError } from '../../src/journal/error.ts';
import { writtenGroups } from '../journal/written.ts';
import { documents, enrolled, readStatement, refused, type Signer } from '../played/signer.ts';
import { makeTicket, openWorld, type World, type WorldOptions } from '../played/world.ts';

async function openFor(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld({ snapshotEveryBytes: 1, ...options });
  t.after(() => world.close());
  return world;
}

const folder = (world: World): string => join(world.folder, 'sam');
const segment = (world: World): string => join(folder(world), 'journal', 'journal-00000001');
const snapshots = (world: World): string[] => readdirSync(folder(world)).filter((name) => /^snapshot-\d{16}$/.test(name)).sort();
const hex = (signatures: readonly Uint8Array[]): string[] => signatures.map((bytes) => Buffer.from(bytes).toString('hex'));

async function history({ world, signerId }: Signer): Promise<HistoryStatement> {
  const pageNonce = randomBytes(32);
  return readStatement(world, 'history', historyStatement, await world.ask('history', { signerId, before: null, pageNonce }), pageNonce);
}

suite('a start from a snapshot', () => {
  test('repeats what went out, ends what was open, keeps what was frozen and all histories', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    const other = await enrolled(world);
    const { hashes } = documents(2);
    const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
    const intent = await signer.prepare(hashes, { ticket });
    const receipt = await signer.authorise(intent);
    const signatures = await signer.execute(receipt, hashes);
    const unused = await signer.prepare(documents(1).hashes);
    await signer.authorise(unused);
    await world.ask('freeze', { signerId: other.signerId, keyId: other.keyId, pageNonce: randomBytes(32) });
    const before = [await history(signer), await history(other)];
    for (const how of ['stop', 'crash'] as const) {
      await world.sam.state.snapshots.make(world.sam.state.memory, world.sam.state.index, world.sam.state.journal);
      await world.restart(how);
      assert.ok(world.sam.state.journal.scan.record > Number(snapshots(world).at(-1)!.slice(9)) - 2);
      assert.deepEqual(hex(await signer.execute(receipt, hashes)), hex(signatures));
      assert.equal((await signer.outcome(intent.challenge)).state, 'released');
      assert.equal((await signer.outcome(unused.challenge)).state, 'unused');
      await refused('key_not_active', () => other.prepare(documents(1).hashes));
      const after = [await history(signer), await history(other)];
      assert.deepEqual(after[1]!.entries, before[1]!.entries);
      assert.deepEqual(after[0]!.entries.slice(1), before[0]!.entries, 'one more: the approval that nobody used');
      assert.deepEqual(after[0]!.keys, before[0]!.keys);
      await refused('ticket_approved', () => signer.prepare(hashes, { ticket }));
    }
    const next = documents(1);
    await signer.execute(await signer.authorise(await signer.prepare(next.hashes)), next.hashes);
  });

  test('is made while it serves, and at a clean stop', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    await world.sam.sweep();
    while (snapshots(world).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [running] = snapshots(world);
    await signer.prepare(documents(1).hashes);
    await world.restart();
    assert.equal(snapshots(world).length, 2);
    assert.ok(snapshots(world)[1]! > running!);
    assert.ok(world.logLines.some((line) => line.includes('snapshot_made')));
  });

  test('a journal cut back to the snapshot is behind its copy', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    await world.restart();
    const { length } = writtenGroups(segment(world));
    const { hashes } = documents(1);
    await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
    await world.sam.state.copy.settled();
    const kept = snapshots(world);
    await assert.rejects(
      () =>
        world.restart('crash', () => {
          for (const name of snapshots(world)) if (!kept.includes(name)) rmSync(join(folder(world), name));
          writeFileSync(segment(world), readFileSync(segment(world)).subarray(0, length));
        }),
      (cause) => cause instanceof JournalError && cause.code === 'journal_behind_copy',
    );
  });

  test('a journal whose middle was changed is found out by who reads there, and by a start from the beginning', async (t) => {
    let fromBeginning = false;
    const world = await openFor(t, { startFromBeginning: () => fromBeginning });
    await enrolled(world);
    await world.restart();
    const says = async (event: string): Promise<boolean> => {
      await world.sam.sweep();
      return world.logLines.some((line) => line.includes(`"${event}"`));
    };
    const change = (): void => {
      const bytes = readFileSync(segment(world));
      bytes[300]! ^= 1;
      writeFileSync(segment(world), bytes);
    };
    assert.ok(await says('journal_checked'), 'what a start did not read is read afterwards');
    await world.restart('stop', change);
    assert.ok(await says('journal_damaged'));
    world.logLines.length = 0;
    assert.throws(() => world.sam.state.journal.read(1), JournalError);
    assert.ok(world.logLines.some((line) => line.includes('"journal_damaged"') && line.includes('"record":1,')), 'whoever asks for a part of it is refused, and it is said');
    fromBeginning = true;
    await assert.rejects(
      () => world.restart('stop'),
      (cause) => cause instanceof JournalError && cause.code === 'journal_broken',
    );
  });
});
