// SPDX-License-Identifier: Apache-2.0
// The disk of the SAM is gone, the database is there: the journal is made anew from the copy, and what cannot be known is suspended.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { decode } from '@sigillo/doors/schema';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { rebuiltDetail } from '../../src/journal/details.ts';
import { JournalError, type JournalErrorCode } from '../../src/journal/error.ts';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { journalRecord, type JournalRecord } from '../../src/journal/record.ts';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';

async function openFor(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  t.after(() => world.close());
  return world;
}

const folderOf = (world: World): string => join(world.folder, 'sam');
const journalOf = (world: World): string => join(folderOf(world), 'journal');
const refusedAs =
  (code: JournalErrorCode, place = '') =>
  (cause: unknown): boolean =>
    cause instanceof JournalError && cause.code === code && cause.place.includes(place);

/** The disk with everything of the SAM on it. */
function loseDisk(world: World): void {
  rmSync(folderOf(world), { recursive: true });
  mkdirSync(folderOf(world));
}

const freeze = (world: World, { signerId, keyId }: Signer): Promise<unknown> => world.ask('freeze', { signerId, keyId, pageNonce: randomBytes(32) });

async function signs(signer: Signer): Promise<void> {
  const { messages, hashes } = documents(1);
  const signatures = await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
  signer.verify(messages[0]!, signatures[0]!);
}

async function highestGroup(world: World): Promise<number> {
  return Number((await world.tables.asOwner('select max(number) as max from journal_copy'))[0]!['max']);
}

const keyState = async (world: World, { keyId }: Signer): Promise<string | undefined> => (await world.sam.state.rows.read('signing_key', keyId))?.state;

suite('rebuild from the copy', () => {
  test('the copy holds it all: the chain goes on, a repeated call gives the same bytes, a frozen key stays frozen, nobody is suspended', async (t) => {
    const world = await openFor(t);
    const [signer, frozen] = [await enrolled(world), await enrolled(world)];
    const { hashes } = documents(2);
    const receipt = await signer.authorise(await signer.prepare(hashes));
    const signatures = await signer.execute(receipt, hashes);
    await freeze(world, frozen);
    const { record } = await world.ask('status', {});
    let said = '';
    await world.restart('stop', async () => {
      loseDisk(world);
      said = JSON.stringify(await world.rebuild());
      assert.deepEqual(readdirSync(folderOf(world)).sort(), ['journal', 'state.key']);
      assert.equal(statSync(join(journalOf(world), 'journal-00000001')).mode & 0o777, 0o600);
    });
    assert.deepEqual({ ...(JSON.parse(said) as object), groups: 0 }, { groups: 0, records: record + 1, left: 0, rows: 0, keys: 0 });
    assert.deepEqual(await signer.execute(receipt, hashes), signatures);
    await signs(signer);
    assert.equal(await keyState(world, frozen), 'suspended');
    await refused('key_not_active', () => frozen.prepare(hashes));
    await world.restart();
    await signs(signer);
  });

  test('a key that was frozen when the copy was already behind stays frozen: its row says it', async (t) => {
    const world = await openFor(t, { wrapDatabase: (database) => ({ ...database, putGroups: (groups) => (away ? Promise.reject(new Error('away')) : database.putGroups(groups)) }) });
    let away = false;
    const [frozen, other] = [await enrolled(world), await enrolled(world)];
    await world.sam.state.copy.settled();
    away = true;
    await freeze(world, frozen);
    await world.sam.state.rows.settled();
    const copied = await highestGroup(world);
    await crashAndRebuild(world, { rows: 1, keys: 1, left: 0 }, () => (away = false));
    assert.equal(await keyState(world, frozen), 'suspended');
    await signs(other);
    const { detail } = rebuiltRecord(world);
    assert.deepEqual(decode(rebuiltDetail, detail), { taken: copied, highest: copied, rows: 1, part: 0 });
  });

  test('a person who came after the last copied group is known by the rows, and her key is suspended', async (t) => {
    const world = await openFor(t, { wrapDatabase: (database) => ({ ...database, putGroups: (groups) => (away ? Promise.reject(new Error('away')) : database.putGroups(groups)) }) });
    let away = false;
    const before = await enrolled(world);
    await world.sam.state.copy.settled();
    away = true;
    const after = await enrolled(world);
    await world.sam.state.rows.settled();
    await crashAndRebuild(world, { rows: 4, keys: 1, left: 0 }, () => (away = false));
    assert.equal(await keyState(world, after), 'suspended');
    const { credentials } = await world.ask('credentials', { signerId: after.signerId });
    assert.equal(credentials.length, 1, 'the key is in her list');
    await refused('key_not_active', () => after.prepare(documents(1).hashes));
    await signs(before);
  });

  for (const [what, damage] of [
    ['a group is missing', 'delete from journal_copy where number = $1'],
    ['a group is not what the SAM wrote', 'update journal_copy set body = set_byte(body, 100, get_byte(body, 100) # 1) where number = $1'],
    ['a group is cut', 'update journal_copy set body = substring(body for length(body) - 1) where number = $1'],
    ['a group has something behind it', "update journal_copy set body = body || '\\x00' where number = $1"],
  ] as const)
    test(`${what}: the groups before it are taken, keys touched since are suspended, the rest is set aside`, async (t) => {
      const world = await openFor(t);
      const [untouched, quiet, busy, frozen] = [await enrolled(world), await enrolled(world), await enrolled(world), await enrolled(world)];
      await freeze(world, frozen);
      await world.sam.state.copy.settled();
      const taken = await highestGroup(world);
      await signs(quiet);
      await world.sam.state.copy.settled();
      const [row] = await world.tables.asOwner('select min(number) as number from journal_copy where number > $1', [taken]);
      // The approval of the quiet key is in the broken group, its use and all of the busy key in groups that nothing is wrong with.
      await signs(busy);
      await world.sam.state.copy.settled();
      const highest = await highestGroup(world);
      await world.restart('stop', async () => {
        await world.tables.asOwner(damage, [row!['number']]);
        loseDisk(world);
        const { groups, left, keys } = await world.rebuild();
        assert.equal(groups, taken);
        assert.ok(left >= highest - taken);
        assert.equal(keys, 2);
      });
      for (const signer of [quiet, busy, frozen]) assert.equal(await keyState(world, signer), 'suspended');
      await signs(untouched);
      const [aside] = await world.tables.asOwner('select count(*) as count, min(number) as min from journal_copy_aside');
      assert.ok(Number(aside!['count']) >= 4);
      assert.ok(Number(aside!['min']) > taken);
      await world.sam.state.copy.settled();
      await world.restart();
      assert.equal(await keyState(world, busy), 'suspended');
      const [left] = await world.tables.asOwner('select count(*) as count, max(number) as max from journal_copy');
      assert.equal(left!['count'], left!['max'], 'the copy has no gap');
    });

  test('whoever wrote before is fenced: his tickets are refused at once, he cannot start, and his groups do not come into the copy', async (t) => {
    let port: CryptoModulePort | undefined;
    const world = await openFor(t, {
      wrapPort(opened) {
        port ??= opened;
        return opened;
      },
    });
    const signer = await enrolled(world);
    const { hashes } = documents(1);
    const receipt = await signer.authorise(await signer.prepare(hashes));
    await world.sam.state.copy.settled();
    const elsewhere = join(world.folder, 'elsewhere');
    mkdirSync(elsewhere);
    await world.rebuild(port, { folder: elsewhere });
    // The old one still runs, and knows nothing of it.
    await refused('crypto_module_refused', () => signer.execute(receipt, hashes));
    await world.sam.state.copy.settled();
    assert.deepEqual(world.deaths, ['journal_copy_foreign']);
    await refused('sealed', () => signer.prepare(hashes));
    await assert.rejects(world.restart('crash'), refusedAs('journal_copy_foreign'));
  });

  test('refused where a journal is there, and nothing of it is touched', async (t) => {
    const world = await openFor(t);
    await assert.rejects(world.rebuild(), refusedAs('journal_present', journalOf(world)));
    await world.restart('stop');
    await enrolled(world);
  });

  test('refused without any state key, with the key of another deployment, with an empty copy, without the first group', async (t) => {
    const world = await openFor(t);
    await enrolled(world);
    await world.sam.state.copy.settled();
    const kept = join(world.folder, 'kept');
    cpSync(folderOf(world), kept, { recursive: true });
    await world.restart('stop', async () => {
      cpSync(folderOf(world), kept, { recursive: true });
      const [{ sealed } = {}] = await world.tables.asOwner('select sealed from state_key');
      loseDisk(world);
      await world.tables.asOwner('delete from state_key');
      await assert.rejects(world.rebuild(), refusedAs('state_key_missing', 'backup'));
      await world.tables.asOwner("insert into state_key (sealed) values ('of nobody')");
      await assert.rejects(world.rebuild(), refusedAs('state_key_wrong'));
      await world.tables.asOwner('update state_key set sealed = $1', [sealed]);
      await world.tables.asOwner('create table hidden as select * from journal_copy where number = 1; delete from journal_copy where number = 1');
      await assert.rejects(world.rebuild(), refusedAs('journal_copy_foreign', 'first group'));
      await world.tables.asOwner('delete from journal_copy');
      await assert.rejects(world.rebuild(), refusedAs('journal_copy_empty'));
      rmSync(folderOf(world), { recursive: true });
      cpSync(kept, folderOf(world), { recursive: true });
    });
    await enrolled(world);
  });

  test('interrupted at any write: it is begun again and comes to the same', async (t) => {
    let left = Number.POSITIVE_INFINITY;
    const oneLess = (): void => {
      if (left <= 0) throw new Error('the machine is gone');
      left -= 1;
    };
    const disk: Disk = {
      ...realDisk,
      create(path) {
        oneLess();
        return realDisk.create(path);
      },
      writeNow(file, bytes, offset) {
        oneLess();
        realDisk.writeNow(file, bytes, offset);
      },
      rename(from, to) {
        oneLess();
        realDisk.rename(from, to);
      },
    };
    const world = await openFor(t, { disk });
    const frozen = await enrolled(world);
    await freeze(world, frozen);
    let interrupted = 0;
    await world.restart('stop', async () => {
      loseDisk(world);
      for (left = 0; ; left = ++interrupted) {
        try {
          await world.rebuild();
          break;
        } catch (cause) {
          assert.match(inspect(cause), /the machine is gone/);
          assert.equal(readdirSync(folderOf(world)).includes('journal') ? readdirSync(journalOf(world)).length : 0, 0, 'no journal before the end');
        }
      }
      left = Number.POSITIVE_INFINITY;
    });
    assert.ok(interrupted >= 6, `${interrupted} writes were interrupted`);
    assert.equal(await keyState(world, frozen), 'suspended');
    await enrolled(world);
  });

  test('a snapshot that knows more than the copy is of no use, and goes', async (t) => {
    const world = await openFor(t, { snapshotEveryBytes: 1 });
    const signer = await enrolled(world);
    await signs(signer);
    await world.restart('stop', async () => {
      assert.ok(readdirSync(folderOf(world)).some((name) => name.startsWith('snapshot-')));
      rmSync(journalOf(world), { recursive: true });
      await world.tables.asOwner('delete from journal_copy where number > (select max(number) - 2 from journal_copy)');
      await world.rebuild();
      assert.deepEqual(readdirSync(folderOf(world)).sort(), ['journal', 'state.key']);
    });
    await world.ask('status', {});
  });

  test('what an interrupted rebuild left is not taken for a journal', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    await world.restart('stop', async () => {
      loseDisk(world);
      mkdirSync(join(folderOf(world), 'journal.rebuilding'));
      writeFileSync(join(folderOf(world), 'journal.rebuilding', 'journal-00000001'), randomBytes(1000));
      await world.rebuild();
    });
    await signs(signer);
  });
});

async function crashAndRebuild(world: World, expected: { readonly rows: number; readonly keys: number; readonly left: number }, before: () => unknown): Promise<void> {
  await world.restart('crash', async () => {
    loseDisk(world);
    before();
    const { rows, keys, left } = await world.rebuild();
    assert.deepEqual({ rows, keys, left }, expected);
  });
}

/** The record that says it; it is the first of its group. */
function rebuiltRecord({ sam: { state } }: World): JournalRecord {
  for (const { body } of state.journal.groupsFrom(1)) {
    const record = decode(journalRecord, body.subarray(76, 76 + Buffer.from(body).readUInt32BE(72)));
    if (record.event === 'rebuilt') return record;
  }
  throw new Error('no record says that the journal was rebuilt');
}
