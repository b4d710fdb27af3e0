// SPDX-License-Identifier: Apache-2.0
// The file and its copy, the deployment and the state key: what a start demands.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { LinkError, openLog } from '@sigillo/wire';
import type { CopiedGroup, Database } from '../../src/database.ts';
import { JournalCopy, type JournalCopyOptions } from '../../src/journal/copy.ts';
import { JournalError } from '../../src/journal/error.ts';
import { realDisk } from '../../src/journal/disk.ts';
import { realTimers } from '../../src/timers.ts';
import { documents, enrolled, refused } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';
import { tearOff, writtenGroups } from './written.ts';

async function openFor(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  t.after(() => world.close());
  return world;
}

const journalFolder = (world: World): string => join(world.folder, 'sam', 'journal');
const segment = (world: World): string => join(journalFolder(world), 'journal-00000001');
const refusedAs =
  (code: string) =>
  (cause: unknown): boolean =>
    cause instanceof JournalError && cause.code === code;

/** A copy of a journal that is played. */
function openCopy(
  played: Pick<JournalCopyOptions, 'monotonic'> & Pick<Database, 'putGroups'> & Partial<Pick<JournalCopyOptions, 'groupsFrom' | 'gatherMs' | 'timers'>>,
): JournalCopy {
  const unasked = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  return new JournalCopy({
    database: {
      getRow: unasked,
      rowVersions: unasked,
      putRow: unasked,
      getSubjectKey: unasked,
      putSubjectKey: unasked,
      getStateKey: unasked,
      putStateKey: unasked,
      copySize: unasked,
      copyGroup: unasked,
      copyGaps: unasked,
      close: unasked,
      putGroups: played.putGroups,
    },
    log: openLog('sam', () => undefined, Date.now),
    monotonic: played.monotonic,
    random: (length) => randomBytes(length),
    timers: played.timers ?? realTimers,
    gatherMs: played.gatherMs ?? 0,
    groupsFrom: played.groupsFrom ?? (() => []),
    foreign: (cause) => assert.fail(cause),
  });
}

async function groupsInCopy(world: World): Promise<number> {
  return Number((await world.tables.asOwner('select count(*) as count from journal_copy'))[0]!['count']);
}

suite('the journal and its copy', () => {
  test('groups that come within a short time go out together, and at once when somebody waits', async () => {
    const statements: number[][] = [];
    let over = (): void => undefined;
    const copy = openCopy({
      monotonic: () => 0,
      gatherMs: 100,
      timers: { ...realTimers, after: (_, run) => (over = run) },
      putGroups: async (groups) => void statements.push(groups.map(({ number }) => number)),
    });
    const group = (number: number): CopiedGroup => ({ number, firstRecord: number, count: 1, body: new Uint8Array(1) });
    for (const number of [1, 2, 3]) copy.add(group(number));
    assert.deepEqual(statements, []);
    over();
    await copy.settled();
    assert.deepEqual(statements, [[1, 2, 3]]);
    copy.add(group(4));
    await copy.settled();
    assert.deepEqual(statements, [[1, 2, 3], [4]]);
  });

  test('the copy follows, and holds the same bytes', async (t) => {
    const world = await openFor(t);
    await enrolled(world);
    await world.sam.state.copy.settled();
    const rows = await world.tables.asOwner('select body from journal_copy order by number');
    assert.deepEqual(Buffer.concat(rows.map(({ body }) => body as Buffer)), writtenGroups(segment(world)));
  });

  test('a file behind the copy: cut, lost, or of an older day', async (t) => {
    const world = await openFor(t);
    await world.restart('stop', () => cpSync(join(world.folder, 'sam'), join(world.folder, 'older'), { recursive: true }));
    await enrolled(world);
    await assert.rejects(
      world.restart('stop', () => tearOff(segment(world), 10)),
      refusedAs('journal_behind_copy'),
    );
    const again = await openFor(t);
    await again.restart('stop', () => cpSync(join(again.folder, 'sam'), join(again.folder, 'older'), { recursive: true }));
    await enrolled(again);
    await assert.rejects(
      again.restart('stop', () => {
        rmSync(join(again.folder, 'sam'), { recursive: true });
        cpSync(join(again.folder, 'older'), join(again.folder, 'sam'), { recursive: true });
      }),
      refusedAs('journal_behind_copy'),
    );
  });

  test('no file at all, while the copy has one', async (t) => {
    const world = await openFor(t);
    await assert.rejects(
      world.restart('stop', () => rmSync(journalFolder(world), { recursive: true })),
      refusedAs('journal_behind_copy'),
    );
  });

  test("no folder at all: nothing is begun anew over another deployment's rows", async (t) => {
    const world = await openFor(t);
    const folder = join(world.folder, 'sam');
    await assert.rejects(
      world.restart('stop', () => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      }),
      refusedAs('journal_behind_copy'),
    );
    await assert.rejects(
      world.restart('none', async () => void (await world.tables.asOwner('truncate journal_copy'))),
      refusedAs('journal_behind_copy'),
    );
    assert.deepEqual(readdirSync(folder), ['journal']);
  });

  for (const copyBeforeRelease of [false, true])
    test(`another SAM writes to this copy${copyBeforeRelease ? ', before release' : ''}: this one is sealed, and who waits gets no answer`, async (t) => {
      const world = await openFor(t, { copyBeforeRelease });
      const signer = await enrolled(world);
      await world.sam.state.copy.settled();
      const receipt = await signer.authorise(await signer.prepare(documents(1).hashes));
      await world.sam.state.copy.settled();
      const copied = await groupsInCopy(world);
      await world.tables.asOwner("insert into journal_copy values ($1, 1, 1, 'somebody else')", [copied + 1]);
      let answered = false;
      const executing = signer.execute(receipt, documents(1).hashes).finally(() => (answered = true));
      executing.catch(() => undefined);
      for (let n = 0; n < 500 && world.deaths.length === 0; n++) await new Promise((resolve) => setTimeout(resolve, 10));
      await world.sam.state.copy.settled();
      assert.deepEqual(world.deaths, ['journal_copy_foreign']);
      const [copy] = await world.tables.asOwner('select max(number) as max from journal_copy');
      assert.equal(Number(copy!['max']), copied + 1, 'nothing comes behind a group of somebody else');
      if (copyBeforeRelease) assert.equal(answered, false);
      await refused('sealed', () => signer.prepare(documents(1).hashes));
    });

  test('a copy that lacks the last group is filled at start, although it has a newer one by then', async (t) => {
    const world = await openFor(t, { copyBeforeRelease: true });
    await enrolled(world);
    await world.restart('crash', async () => {
      await world.tables.asOwner('delete from journal_copy where number = (select max(number) from journal_copy)');
    });
    await world.sam.state.copy.settled();
    const rows = await world.tables.asOwner('select body from journal_copy order by number');
    assert.deepEqual(Buffer.concat(rows.map(({ body }) => body as Buffer)), writtenGroups(segment(world)));
  });

  test('a copy that lacks groups is filled at start', async (t) => {
    const world = await openFor(t);
    await enrolled(world);
    await world.sam.state.copy.settled();
    await world.restart('stop', async () => void (await world.tables.asOwner('delete from journal_copy where number in (2, 3, 5)')));
    await world.sam.state.copy.settled();
    assert.equal(await groupsInCopy(world), Number((await world.tables.asOwner('select max(number) as max from journal_copy'))[0]!['max']));
  });

  test('a copy of another home', async (t) => {
    const world = await openFor(t);
    await assert.rejects(
      world.restart(
        'stop',
        async () =>
          void (await world.tables.asOwner(
            'update journal_copy set body = set_byte(body, 100, get_byte(body, 100) # 1) where number = (select max(number) from journal_copy)',
          )),
      ),
      refusedAs('journal_copy_foreign'),
    );
  });

  test('a copy of another home that has fewer groups', async (t) => {
    const world = await openFor(t);
    await enrolled(world);
    await world.sam.state.copy.settled();
    await assert.rejects(
      world.restart('stop', async () => {
        await world.tables.asOwner('delete from journal_copy where number > 3');
        await world.tables.asOwner(
          'update journal_copy set body = set_byte(body, 100, get_byte(body, 100) # 1) where number = (select max(number) from journal_copy)',
        );
      }),
      refusedAs('journal_copy_foreign'),
    );
  });

  test('a crash leaves what was not acknowledged: a torn group is dropped and the start says so', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    await world.restart('crash', () => {
      const bytes = writtenGroups(segment(world));
      writeFileSync(segment(world), Buffer.concat([bytes, bytes.subarray(0, 50)]));
    });
    assert.ok(world.logLines.some((line) => line.includes('journal_torn')));
    await signer.prepare(documents(1).hashes);
  });

  test('the copy behind for too long: no new work, what runs goes on, and it recovers', async (t) => {
    let away = false;
    const world = await openFor(t, {
      limits: { copyLagSecondsMax: 1 },
      wrapDatabase: (database) => ({
        ...database,
        putGroups: (groups) => (away ? Promise.reject(new Error('away')) : database.putGroups(groups)),
      }),
    });
    const signer = await enrolled(world);
    const { hashes } = documents(1);
    const intent = await signer.prepare(hashes);
    await world.sam.state.copy.settled();
    away = true;
    const receipt = await signer.authorise(intent);
    t.after(() => (world.ahead.monotonicMs = 0));
    world.ahead.monotonicMs = 2000;
    await refused('journal_copy_lag', () => signer.prepare(hashes));
    assert.equal((await signer.execute(receipt, hashes)).length, 1);
    away = false;
    await world.sam.state.copy.settled();
    await signer.prepare(hashes);
  });

  test('a copy that is slow is as late as its oldest group, however many it takes at a time', async () => {
    let now = 0;
    let commit: () => void = () => undefined;
    const copied: number[][] = [];
    const copy = openCopy({
      monotonic: () => now,
      async putGroups(groups) {
        await new Promise<void>((resolve) => (commit = resolve));
        copied.push(groups.map(({ number }) => number));
      },
    });
    const body = new Uint8Array(3 * 1_048_576);
    // Each group comes a second after the one before and takes two to copy.
    for (let number = 1; number <= 8; number++) {
      copy.add({ number, firstRecord: number, count: 1, body });
      now += 1000;
      if (number % 2 === 1) continue;
      commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(copied, [[1], [2], [3], [4]]);
    assert.equal(copy.lagMs, 4000);
    for (let number = 5; number <= 8; number++) {
      commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await copy.settled();
    assert.equal(copy.lagMs, 0);
  });

  test('a queue too long to keep is as late as its oldest group, until the file has been copied', async () => {
    let now = 0;
    let commit: () => void = () => undefined;
    const file: CopiedGroup[] = [];
    const copied: number[] = [];
    const copy = openCopy({
      monotonic: () => now,
      async putGroups(groups) {
        await new Promise<void>((resolve) => (commit = resolve));
        copied.push(...groups.map(({ number }) => number));
      },
      groupsFrom: (from) => file.slice(from - 1),
    });
    const body = new Uint8Array(4 * 1_048_576);
    for (let number = 1; number <= 20; number++) {
      file.push({ number, firstRecord: number, count: 1, body });
      copy.add(file.at(-1)!);
      now += 1000;
    }
    for (let count = 0; count < 12; count++) {
      commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(copy.lagMs, 20_000);
    while (copied.at(-1) !== 20) {
      commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await copy.settled();
    assert.equal(copy.lagMs, 0);
    assert.deepEqual([...new Set(copied)], Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('a write that fails while it stops ends it all the same', async (t) => {
    let fail = false;
    const world = await openFor(t, {
      disk: { ...realDisk, write: (file, bytes, offset) => (fail ? Promise.reject(new Error('EIO')) : realDisk.write(file, bytes, offset)) },
    });
    fail = true;
    void world.sam.close();
    for (let turns = 0; world.deaths.length === 0 && turns < 1000; turns++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(world.deaths, ['journal_write_failed']);
  });

  test('copy before release: no answer until the copy is committed', async (t) => {
    let held: (() => void) | undefined;
    let hold = false;
    const world = await openFor(t, {
      copyBeforeRelease: true,
      wrapDatabase: (database) => ({
        ...database,
        async putGroups(groups) {
          if (hold) await new Promise<void>((resolve) => (held = resolve));
          await database.putGroups(groups);
        },
      }),
    });
    const signer = await enrolled(world);
    const intent = await signer.prepare(documents(1).hashes);
    hold = true;
    let answered = false;
    const authorising = signer.authorise(intent).then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answered, false);
    hold = false;
    held!();
    await authorising;
  });

  test('a failed write: no answer, the SAM is sealed and ends', async (t) => {
    let fail = false;
    const world = await openFor(t, {
      disk: { ...realDisk, write: (file, bytes, offset) => (fail ? Promise.reject(new Error('EIO')) : realDisk.write(file, bytes, offset)) },
    });
    const signer = await enrolled(world);
    const intent = await signer.prepare(documents(1).hashes);
    fail = true;
    let answered = false;
    signer.authorise(intent).then(
      () => (answered = true),
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answered, false);
    assert.deepEqual(world.deaths, ['journal_write_failed']);
    await refused('sealed', () => signer.prepare(documents(1).hashes));
    assert.equal((await world.ask('status', {})).serving, false);
  });

  test('files of the ceremony that were changed stop the start, with their name', async (t) => {
    const world = await openFor(t);
    for (const name of ['policy.json', 'clients.json', 'officers.json', 'idp.json', 'roots/root.pem', 'deployment.json']) {
      const path = join(world.folder, 'public', name);
      const right = readFileSync(path, 'utf8');
      const wrong =
        name === 'policy.json'
          ? right.replace('"intentSeconds":120', '"intentSeconds":119')
          : name === 'deployment.json'
            ? right.replace('sign.localhost:8400', 'sign.localhost:8500')
            : `${right}\n`;
      assert.notEqual(wrong, right);
      await assert.rejects(
        world.restart('stop', () => writeFileSync(path, wrong)),
        (cause: unknown) => refusedAs('deployment_changed')(cause) && String(cause).includes(name),
      );
      writeFileSync(path, right);
      await world.restart('none');
    }
  });

  test('the state key is gone from the folder, from the database, from both, or is of another module', async (t) => {
    const world = await openFor(t);
    const file = join(world.folder, 'sam', 'state.key');
    const right = readFileSync(file);
    await world.restart('stop', () => rmSync(file));
    assert.deepEqual(readFileSync(file), right, 'the database has it still');
    await world.restart('stop', async () => void (await world.tables.asOwner("update state_key set sealed = 'x'")));
    assert.deepEqual((await world.tables.asOwner('select sealed from state_key'))[0]!['sealed'], right);
    await assert.rejects(
      world.restart('stop', async () => {
        rmSync(file);
        await world.tables.asOwner('delete from state_key');
      }),
      refusedAs('state_key_missing'),
    );
    const wrong = Buffer.from(right);
    wrong[20]! ^= 1;
    writeFileSync(file, wrong);
    await assert.rejects(world.restart('none'), refusedAs('state_key_wrong'));
    writeFileSync(file, right);
    await world.restart('none');
    assert.equal((await world.ask('status', {})).serving, true);
  });

  test('a disk on which the state key finds no room stops the start, with a name', async (t) => {
    const full = { is: false, fresh: 0 };
    const world = await openFor(t, {
      disk: {
        ...realDisk,
        create(path) {
          const file = realDisk.create(path);
          if (path.endsWith('state.key.new')) full.fresh = file;
          return file;
        },
        writeNow(file, bytes, offset) {
          if (full.is && file === full.fresh) throw new Error('ENOSPC');
          realDisk.writeNow(file, bytes, offset);
        },
      },
    });
    const file = join(world.folder, 'sam', 'state.key');
    const right = readFileSync(file);
    full.is = true;
    await assert.rejects(
      world.restart('stop', () => rmSync(file)),
      (cause: unknown) => refusedAs('journal_write_failed')(cause) && (cause as JournalError).place === 'state.key',
    );
    full.is = false;
    await world.restart('none');
    assert.deepEqual(readFileSync(file), right);
    assert.equal((await world.ask('status', {})).serving, true);
  });

  test('a crypto module that is away says nothing about the state key', async (t) => {
    let away = false;
    const world = await openFor(t, {
      wrapPort: (port) => ({
        call: (name, request, context) =>
          away && name === 'unseal' ? Promise.reject(new LinkError('not_sent', 'not_connected')) : port.call(name, request, context),
        close: () => port.close(),
      }),
    });
    away = true;
    await assert.rejects(world.restart('stop'), (cause: Error & { code?: string }) => cause.code === 'crypto_module_unavailable');
    away = false;
    await world.restart('none');
    assert.equal((await world.ask('status', {})).serving, true);
  });

  test('names and signatures are not to be read in the files of the SAM, nor in the database, nor in the log', async (t) => {
    const world = await openFor(t);
    const signer = await enrolled(world);
    const { hashes } = documents(2);
    const receipt = await signer.authorise(await signer.prepare(hashes));
    const signatures = await signer.execute(receipt, hashes);
    await world.restart();
    const files = [
      join(world.folder, 'sam', 'state.key'),
      ...readdirSync(journalFolder(world)).map((name) => join(journalFolder(world), name)),
    ];
    const bodies = await world.tables.asOwner(
      'select body from enrolment union all select body from signing_key union all select body from signer union all select body from journal_copy',
    );
    const everything = Buffer.concat([
      ...files.map((path) => readFileSync(path)),
      ...bodies.map(({ body }) => body as Buffer),
      Buffer.from(world.logLines.join('\n')),
    ]);
    for (const secret of ['山田', '花子', 'contract 0.pdf']) assert.equal(everything.includes(Buffer.from(secret)), false, secret);
    for (const signature of signatures) assert.equal(everything.includes(signature), false);
  });
});
