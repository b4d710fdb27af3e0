// SPDX-License-Identifier: Apache-2.0
// One of the SAM's two places is of an older day, or both are: what the start finds, heals, refuses, and what it can only say.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { JournalError, type JournalErrorCode } from '../../src/journal/error.ts';
import { realDisk } from '../../src/journal/disk.ts';
import { writtenGroups } from '../journal/written.ts';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';

const TABLES = ['signer', 'authenticator', 'signing_key', 'client', 'officer', 'enrolment', 'subject_key', 'journal_copy', 'state_key'] as const;

async function openFor(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  t.after(() => world.close());
  return world;
}

const refusedAs =
  (code: JournalErrorCode) =>
  (cause: unknown): boolean =>
    cause instanceof JournalError && cause.code === code;

const folderOf = (world: World): string => join(world.folder, 'sam');
const segmentOf = (world: World): string => join(folderOf(world), 'journal', 'journal-00000001');
const says = (world: World, event: string): boolean => world.logLines.some((line) => line.includes(`"event":"${event}"`));
const freeze = (world: World, { signerId, keyId }: Signer): Promise<unknown> => world.ask('freeze', { signerId, keyId, pageNonce: randomBytes(32) });
const keyState = async (world: World, { keyId }: Signer): Promise<string | undefined> => (await world.sam.state.rows.read('signing_key', keyId))?.state;

/** A backup of the database, as of now; and how it is brought back. */
async function backupOf(world: World): Promise<() => Promise<void>> {
  for (const table of TABLES) await world.tables.asOwner(`create table backup_${table} as select * from ${table}`);
  return async () => {
    for (const table of TABLES) await world.tables.asOwner(`truncate ${table}; insert into ${table} select * from backup_${table}`);
  };
}

async function signs(signer: Signer): Promise<void> {
  const { messages, hashes } = documents(1);
  const [signature] = await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
  signer.verify(messages[0]!, signature!);
}

suite('rolled back', () => {
  test('the database alone: rows are healed and the copy is filled from the journal, and both are reported', async (t) => {
    const world = await openFor(t);
    const [signer, frozen] = [await enrolled(world), await enrolled(world)];
    let bringBack: () => Promise<void> = () => Promise.resolve();
    await world.restart('stop', async () => void (bringBack = await backupOf(world)));
    await freeze(world, frozen);
    await signs(signer);
    const { record } = await world.ask('status', {});
    await world.restart('stop', () => bringBack());
    assert.ok(says(world, 'rows_healed') && says(world, 'journal_copy_filled'));
    assert.ok((await world.ask('status', {})).record > record);
    assert.equal(await keyState(world, frozen), 'suspended');
    await refused('key_not_active', () => frozen.prepare(documents(1).hashes));
    await signs(signer);
    await world.sam.state.copy.settled();
    const [copy] = await world.tables.asOwner('select body from journal_copy order by number desc limit 1');
    assert.ok(readFileSync(segmentOf(world)).includes(copy!['body'] as Buffer));
  });

  test('a copy that somebody emptied is written again, whole', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    await world.restart('stop', async () => void (await world.tables.asOwner('truncate journal_copy')));
    assert.ok(says(world, 'journal_copy_filled'));
    await world.sam.state.copy.settled();
    const rows = await world.tables.asOwner('select body from journal_copy order by number');
    assert.deepEqual(Buffer.concat(rows.map(({ body }) => body as Buffer)), writtenGroups(segmentOf(world)));
    await signs(signer);
  });

  test("the SAM's folder alone: refused with both heads and what to do; with the newest folder all goes on", async (t) => {
    const world = await openFor(t);
    const [older, newest] = [join(world.folder, 'older'), join(world.folder, 'newest')];
    await world.restart('stop', () => cpSync(folderOf(world), older, { recursive: true }));
    const signer = await enrolled(world);
    const put = (from: string): void => {
      rmSync(folderOf(world), { recursive: true });
      cpSync(from, folderOf(world), { recursive: true });
    };
    await assert.rejects(
      world.restart('stop', () => {
        cpSync(folderOf(world), newest, { recursive: true });
        put(older);
      }),
      (cause: unknown) => refusedAs('journal_behind_copy')(cause) && /file: group \d+.*copy: group \d+.*rebuild/.test(String(cause)),
    );
    await world.restart('none', () => put(newest));
    await signs(signer);
  });

  test('a broken middle is refused with its place, and the right file goes on', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    let right = Buffer.alloc(0);
    await assert.rejects(
      world.restart('stop', () => {
        right = readFileSync(segmentOf(world));
        const wrong = Buffer.from(right);
        wrong[1000]! ^= 1;
        writeFileSync(segmentOf(world), wrong);
      }),
      (cause: unknown) => refusedAs('journal_broken')(cause) && /segment 1 at byte \d+/.test(String(cause)),
    );
    await world.restart('none', () => writeFileSync(segmentOf(world), right));
    await signs(signer);
  });

  test("the whole folder of another home, with its own key and module: refused, whichever is the longer", async (t) => {
    const [world, other] = [await openFor(t), await openFor(t)];
    await enrolled(other);
    await assert.rejects(
      world.restart('stop', () => {
        rmSync(folderOf(world), { recursive: true });
        cpSync(folderOf(other), folderOf(world), { recursive: true });
      }),
      refusedAs('state_key_wrong'),
    );
  });

  test('everything together is not seen from inside; the start says so, with the number of its last record', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    const older = join(world.folder, 'older');
    let bringBack: () => Promise<void> = () => Promise.resolve();
    await world.restart('stop', async () => {
      cpSync(folderOf(world), older, { recursive: true });
      bringBack = await backupOf(world);
    });
    const { record } = await world.ask('status', {});
    await freeze(world, signer);
    await world.restart('stop', async () => {
      rmSync(folderOf(world), { recursive: true });
      cpSync(older, folderOf(world), { recursive: true });
      await bringBack();
    });
    // The freeze is gone: that is what SECURITY.md says, and why a number must be known elsewhere.
    await signs(signer);
    const lines = world.logLines.filter((line) => line.includes('"event":"rollback_of_everything_unseen"')).map((line) => (JSON.parse(line) as { record: number }).record);
    assert.equal(lines.at(-1), record - 1);
    assert.match(readFileSync(new URL('../../../../SECURITY.md', import.meta.url), 'utf8'), /rollback_of_everything_unseen/);
  });

  test('a durable write that fails: who waits gets no answer, and after the restart nothing that was answered is lost', async (t) => {
    let failing = false;
    const world = await openFor(t, {
      disk: { ...realDisk, write: (file, bytes, offset) => (failing ? Promise.reject(new Error('EIO')) : realDisk.write(file, bytes, offset)) },
    });
    const [signer, frozen] = [await enrolled(world), await enrolled(world)];
    await freeze(world, frozen);
    const { hashes } = documents(2);
    const receipt = await signer.authorise(await signer.prepare(hashes));
    const signatures = await signer.execute(receipt, hashes);
    const waiting = await signer.prepare(documents(1).hashes);
    failing = true;
    let answered = false;
    void signer.authorise(waiting).then(
      () => (answered = true),
      () => undefined,
    );
    while (world.deaths.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(world.deaths, ['journal_write_failed']);
    assert.equal(answered, false);
    failing = false;
    await world.restart('crash');
    assert.deepEqual(await signer.execute(receipt, hashes), signatures);
    assert.equal(await keyState(world, frozen), 'suspended');
    assert.equal((await signer.outcome(waiting.challenge)).state, 'unknown');
    await signs(signer);
  });
});
