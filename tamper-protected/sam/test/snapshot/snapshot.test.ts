// SPDX-License-Identifier: Apache-2.0
// A snapshot and the journal's tail say what the whole journal says; whatever is wrong with a snapshot is seen before it counts.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { JournalError } from '../../src/journal/error.ts';
import { writtenGroups } from '../journal/written.ts';
import { everything, Life, openParts, type OpenedParts, type PartsOptions } from './life.ts';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sg-snapshot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const snapshotsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('snapshot-'))
    .sort();
const make = ({ snapshots, memory, index, journal }: OpenedParts): Promise<void> => snapshots.make(memory, index, journal);
const journalBroken = (cause: unknown): boolean => cause instanceof JournalError && cause.code === 'journal_broken';

/** What the journal says alone, and what a snapshot and the tail say. */
async function requireSame(folder: string, options: PartsOptions = {}): Promise<void> {
  const whole = openParts(folder, { ...options, withoutSnapshot: true });
  await whole.journal.close();
  const thawed = openParts(folder, options);
  await thawed.journal.close();
  assert.notEqual(thawed.thawed, undefined, 'a snapshot was used');
  assert.deepEqual(everything(thawed), everything(whole));
}

const newTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A home with a snapshot in the middle of its journal. */
async function home(folder: string, steps: number = 60, options: PartsOptions = {}): Promise<Life> {
  const life = new Life('home');
  const parts = openParts(folder, options);
  life.begin(parts.journal);
  await parts.journal.durable();
  for (let i = 0; i < steps; i++) life.step(parts.journal);
  await make(parts);
  for (let i = 0; i < 20; i++) life.step(parts.journal);
  await parts.journal.durable();
  await parts.journal.close();
  return life;
}

suite('snapshot', () => {
  for (const seed of ['one', 'two', 'three', 'four'])
    test(`with the tail it says what the journal says, made at any moment and while all goes on: seed ${seed}`, async (t) => {
      const folder = scratch(t);
      const life = new Life(seed);
      let parts = openParts(folder, { segmentBytesMax: 50_000 });
      life.begin(parts.journal);
      for (let round = 0; round < 6; round++) {
        for (let i = 0; i < 150; i++) life.step(parts.journal);
        // It begins among records that are not durable yet, and all goes on while it is written.
        const making = make(parts);
        for (let i = 0; i < 40; i++) {
          life.step(parts.journal);
          if (i % 4 === 0) await newTurn();
        }
        await making;
        for (let i = 0; i < round * 10; i++) life.step(parts.journal);
        await parts.journal.durable();
        await parts.journal.close();
        await requireSame(folder);
        parts = openParts(folder, { segmentBytesMax: 50_000 });
      }
      await parts.journal.close();
      assert.ok(readdirSync(join(folder, 'journal')).length > 3, 'many segments');
      assert.equal(snapshotsIn(folder).length, 2, 'the last two are kept');
    });

  test('the state of the moment is written, whatever changes between two pages', async (t) => {
    const folder = scratch(t);
    const life = new Life('slow');
    let step: () => void = () => undefined;
    const disk: Disk = {
      ...realDisk,
      free: (path) => {
        // Called after the moment and before the first page is read.
        step();
        return realDisk.free(path);
      },
    };
    const parts = openParts(folder, { disk });
    life.begin(parts.journal);
    for (let i = 0; i < 300; i++) life.step(parts.journal);
    step = () => {
      for (let i = 0; i < 300; i++) life.step(parts.journal);
    };
    await make(parts);
    await parts.journal.durable();
    await parts.journal.close();
    await requireSame(folder);
  });

  test('the older segments are not read at start, and a record in them is still read, and checked', async (t) => {
    const folder = scratch(t);
    const life = new Life('old');
    const parts = openParts(folder, { segmentBytesMax: 20_000 });
    life.begin(parts.journal);
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < 10; j++) life.step(parts.journal);
      await parts.journal.durable();
    }
    await make(parts);
    life.step(parts.journal);
    await parts.journal.durable();
    await parts.journal.close();
    const first = join(folder, 'journal', 'journal-00000001');
    const bytes = readFileSync(first);
    const read: string[] = [];
    const again = openParts(folder, { disk: { ...realDisk, read: (path) => (read.push(path), realDisk.read(path)) } });
    assert.ok(!read.includes(first));
    assert.equal(again.journal.read(3).number, 3);
    await again.journal.close();
    bytes[200]! ^= 1;
    writeFileSync(first, bytes);
    const damaged = openParts(folder);
    assert.throws(() => damaged.journal.read(3), journalBroken);
    assert.throws(() => [...damaged.journal.groupsFrom(1)], journalBroken);
    await damaged.journal.close();
    assert.throws(() => openParts(folder, { withoutSnapshot: true }), journalBroken);
    rmSync(first);
    assert.throws(() => openParts(folder), journalBroken, 'a segment that is gone is seen at once');
  });

  test('every record is found through it, wherever files of the journal end while it is made', async (t) => {
    const options = { segmentBytesMax: 6000 };
    for (let round = 0; round < 40; round++) {
      const folder = scratch(t);
      const life = new Life(`round ${round}`);
      const parts = openParts(folder, options);
      life.begin(parts.journal);
      for (let i = 0; i < round; i++) life.step(parts.journal);
      await newTurn();
      // One group is under way, another waits behind it: the snapshot begins in the second.
      life.step(parts.journal);
      await make(parts);
      life.step(parts.journal);
      await parts.journal.durable();
      await parts.journal.close();
      const { journal, thawed } = openParts(folder, options);
      assert.notEqual(thawed, undefined, 'a snapshot was used');
      for (let number = 1; number <= journal.head.record; number++) assert.equal(journal.read(number).number, number);
      await journal.close();
    }
  });

  test('every byte counts: a damaged one is said and the whole journal is read', async (t) => {
    const folder = scratch(t);
    await home(folder, 12);
    const [name] = snapshotsIn(folder);
    const path = join(folder, name!);
    const right = readFileSync(path);
    const whole = openParts(folder, { withoutSnapshot: true });
    await whole.journal.close();
    const expected = everything(whole);
    const damaged = async (bytes: Uint8Array, what: string): Promise<void> => {
      writeFileSync(path, bytes);
      const parts = openParts(folder);
      await parts.journal.close();
      assert.equal(parts.thawed, undefined, what);
      assert.deepEqual(parts.said, ['snapshot_damaged'], what);
      assert.deepEqual(everything(parts), expected, what);
    };
    for (let at = 0; at < right.length; at += at < 400 || at > right.length - 100 ? 3 : 97) {
      const wrong = Buffer.from(right);
      wrong[at]! ^= 0x40;
      await damaged(wrong, `byte ${at}`);
    }
    for (const length of [0, 1, 24, 25, 40, 300, right.length - 44, right.length - 1]) await damaged(right.subarray(0, length), `cut to ${length}`);
    await damaged(Buffer.concat([right, new Uint8Array(1)]), 'a byte more');
    await damaged(Buffer.concat([right, right.subarray(24)]), 'its chunks twice');
    writeFileSync(path, right);
    await requireSame(folder);
  });

  test('chunks left out, exchanged, or of another snapshot of the same home', async (t) => {
    const folder = scratch(t);
    const life = await home(folder, 40);
    const parts = openParts(folder);
    for (let i = 0; i < 30; i++) life.step(parts.journal);
    await make(parts);
    await parts.journal.close();
    const [older, newer] = snapshotsIn(folder).map((name) => readFileSync(join(folder, name)));
    const path = join(folder, snapshotsIn(folder)[1]!);
    rmSync(join(folder, snapshotsIn(folder)[0]!));
    const cut = (file: Buffer): Buffer[] => {
      const chunks: Buffer[] = [];
      for (let at = 24; at < file.length;) {
        const end = at + 12 + file.readUInt32BE(at + 8) + 32;
        chunks.push(file.subarray(at, end));
        at = end;
      }
      return chunks;
    };
    const chunks = cut(newer!);
    const theirs = cut(older!);
    const head = newer!.subarray(0, 24);
    assert.ok(chunks.length > 8);
    const variants: [string, Buffer[]][] = [
      ...chunks.map((_, i): [string, Buffer[]] => [`without chunk ${i}`, chunks.filter((__, j) => j !== i)]),
      ...chunks.slice(1).map((_, i): [string, Buffer[]] => [`chunk ${i} exchanged with the next`, chunks.with(i, chunks[i + 1]!).with(i + 1, chunks[i]!)]),
      ...chunks.map((_, i): [string, Buffer[]] => [`chunk ${i} of the other`, chunks.with(i, theirs[Math.min(i, theirs.length - 1)]!)]),
    ];
    for (const [what, parts_] of variants) {
      writeFileSync(path, Buffer.concat([head, ...parts_]));
      const opened = openParts(folder);
      await opened.journal.close();
      assert.equal(opened.thawed, undefined, what);
      assert.deepEqual(opened.said, ['snapshot_damaged'], what);
    }
  });

  test('the newest is damaged: the one before it, and a longer tail', async (t) => {
    const folder = scratch(t);
    const life = await home(folder);
    const parts = openParts(folder);
    for (let i = 0; i < 50; i++) life.step(parts.journal);
    await make(parts);
    life.step(parts.journal);
    await parts.journal.durable();
    await parts.journal.close();
    const [older, newer] = snapshotsIn(folder);
    const size = statSync(join(folder, newer!)).size;
    truncateSync(join(folder, newer!), size - 1);
    const again = openParts(folder);
    await again.journal.close();
    assert.deepEqual(again.said, ['snapshot_damaged']);
    assert.equal(again.thawed?.resume.record, Number(older!.slice(9)));
    await requireSame(folder);
  });

  test('an older one put back in the place of the newest: the tail follows, and nothing is forgotten', async (t) => {
    const folder = scratch(t);
    const life = await home(folder);
    const parts = openParts(folder);
    for (let i = 0; i < 50; i++) life.step(parts.journal);
    await make(parts);
    await parts.journal.close();
    const [older, newer] = snapshotsIn(folder);
    copyFileSync(join(folder, older!), join(folder, newer!));
    await requireSame(folder);
  });

  test("another home's, or the same home's under another key, is damaged", async (t) => {
    const folder = scratch(t);
    await home(folder);
    const parts = openParts(folder, { key: new Uint8Array(32).fill(9) });
    await parts.journal.close();
    assert.deepEqual([parts.thawed, parts.said], [undefined, ['snapshot_damaged']]);
  });

  test('its head is not in the journal: the journal was cut, exchanged, or is gone', async (t) => {
    const folder = scratch(t);
    await home(folder);
    const segment = join(folder, 'journal', 'journal-00000001');
    const right = writtenGroups(segment);
    const before = openParts(folder);
    await before.journal.close();
    const { resume } = before.thawed!;
    const at = resume.place % 2 ** 28;
    for (const [what, bytes] of [
      ['cut at the group', right.subarray(0, at)],
      ['cut in the group', right.subarray(0, at + 100)],
      ['empty', right.subarray(0, 0)],
      ['the first group only', right.subarray(0, 104 + right.readUInt32BE(28))],
    ] as const) {
      writeFileSync(segment, bytes);
      assert.throws(() => openParts(folder), journalBroken, what);
    }
    rmSync(segment);
    assert.throws(() => openParts(folder), journalBroken, 'gone');
  });

  test('another journal under the same key, with groups of the same lengths in the same places', async (t) => {
    const folders = { mine: scratch(t), other: scratch(t) };
    for (const [name, folder] of Object.entries(folders)) {
      const parts = openParts(folder);
      new Life('same').begin(parts.journal);
      await parts.journal.durable();
      for (const code of [name === 'mine' ? 'aaaa' : 'bbbb', 'cccc']) await parts.journal.append({ event: 'refused', code }).durable;
      await make(parts);
      await parts.journal.close();
    }
    await requireSame(folders.mine);
    const segment = join('journal', 'journal-00000001');
    assert.equal(writtenGroups(join(folders.mine, segment)).length, writtenGroups(join(folders.other, segment)).length);
    copyFileSync(join(folders.other, segment), join(folders.mine, segment));
    assert.throws(() => openParts(folders.mine), journalBroken);
  });

  test('a torn end behind it is dropped; a break in the tail with more behind is refused', async (t) => {
    const folder = scratch(t);
    const life = await home(folder);
    const segment = join(folder, 'journal', 'journal-00000001');
    const before = openParts(folder);
    for (let i = 0; i < 2; i++) {
      life.step(before.journal);
      await before.journal.durable();
    }
    await before.journal.close();
    const right = writtenGroups(segment);
    writeFileSync(segment, right.subarray(0, right.length - 1));
    const torn = openParts(folder);
    assert.notEqual(torn.thawed, undefined);
    assert.ok(torn.journal.scan.tornBytes > 0);
    await torn.journal.close();
    const broken = Buffer.from(right);
    broken[(torn.thawed!.resume.place % 2 ** 28) + 104 + right.readUInt32BE((torn.thawed!.resume.place % 2 ** 28) + 28) + 50]! ^= 1;
    writeFileSync(segment, broken);
    assert.throws(() => openParts(folder), journalBroken);
  });

  for (const [what, fail] of [
    ['while it is written', { write: () => Promise.reject(new Error('EIO')) }],
    [
      'between the write and the renaming',
      {
        rename: () => {
          throw new Error('EIO');
        },
      },
    ],
    [
      'when it is begun',
      {
        create: () => {
          throw new Error('EACCES');
        },
      },
    ],
    ['for want of room', { free: () => 1000 }],
  ] as [string, Partial<Disk>][])
    test(`one that fails ${what} is said; the service goes on, and so does the next start`, async (t) => {
      const folder = scratch(t);
      const life = await home(folder);
      let failing = false;
      const disk: { -readonly [K in keyof Disk]: Disk[K] } = { ...realDisk };
      for (const [name, broken] of Object.entries(fail) as [keyof Disk, () => never][]) {
        const right = realDisk[name] as (...args: unknown[]) => unknown;
        (disk[name] as unknown) = (...args: unknown[]): unknown => (failing ? broken() : right(...args));
      }
      const parts = openParts(folder, { disk });
      for (let i = 0; i < 10; i++) life.step(parts.journal);
      await parts.journal.durable();
      failing = true;
      await make(parts);
      failing = false;
      assert.deepEqual(parts.said, ['snapshot_not_made']);
      life.step(parts.journal);
      await parts.journal.durable();
      await make(parts);
      assert.deepEqual(parts.said, ['snapshot_not_made', 'snapshot_made']);
      await parts.journal.close();
      await requireSame(folder);
    });

  test('a crash while it is written, or before it is renamed, leaves the one before', async (t) => {
    const folder = scratch(t);
    await home(folder);
    const [name] = snapshotsIn(folder);
    const torn = `snapshot-${'9'.repeat(16)}.new`;
    for (const length of [0, 100, statSync(join(folder, name!)).size]) {
      writeFileSync(join(folder, torn), readFileSync(join(folder, name!)).subarray(0, length));
      await requireSame(folder);
      assert.deepEqual(snapshotsIn(folder), [name], 'what was not finished is gone');
    }
  });

  test('nothing counts before it is durable: the file gets its name after the journal has all of it', async (t) => {
    const folder = scratch(t);
    const life = new Life('order');
    let held: Promise<void> = Promise.resolve();
    let letGo: () => void = () => undefined;
    const journalFiles = new Set<number>();
    const disk: Disk = {
      ...realDisk,
      openToWrite: (path) => {
        const file = realDisk.openToWrite(path);
        journalFiles.add(file);
        return file;
      },
      async write(file, bytes, offset) {
        if (journalFiles.has(file)) await held;
        await realDisk.write(file, bytes, offset);
      },
    };
    const parts = openParts(folder, { disk });
    life.begin(parts.journal);
    for (let i = 0; i < 20; i++) life.step(parts.journal);
    await parts.journal.durable();
    held = new Promise((resolve) => (letGo = resolve));
    life.step(parts.journal);
    const making = make(parts);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(snapshotsIn(folder), []);
    letGo();
    await making;
    await parts.journal.close();
    assert.equal(snapshotsIn(folder).length, 1);
    await requireSame(folder);
  });

  test('what came in while it was written is durable before it counts', async (t) => {
    const folder = scratch(t);
    const life = new Life('newer');
    let held: Promise<void> = Promise.resolve();
    let letGo: () => void = () => undefined;
    let meanwhile: () => void = () => undefined;
    const journalFiles = new Set<number>();
    const parts = openParts(folder, {
      disk: {
        ...realDisk,
        openToWrite: (path) => {
          const file = realDisk.openToWrite(path);
          journalFiles.add(file);
          return file;
        },
        async write(file, bytes, offset) {
          if (journalFiles.has(file)) await held;
          await realDisk.write(file, bytes, offset);
        },
        free: (path) => {
          meanwhile();
          return realDisk.free(path);
        },
      },
    });
    life.begin(parts.journal);
    for (let i = 0; i < 20; i++) life.step(parts.journal);
    await parts.journal.durable();
    meanwhile = () => {
      held = new Promise((resolve) => (letGo = resolve));
      for (let i = 0; i < 50; i++) life.step(parts.journal);
    };
    const making = make(parts);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(snapshotsIn(folder).filter((name) => !name.endsWith('.new')), []);
    letGo();
    await making;
    assert.equal(snapshotsIn(folder).length, 1);
    await parts.journal.close();
    await requireSame(folder);
  });

  test('is due when the journal has grown enough, and one at a time', async (t) => {
    const folder = scratch(t);
    const life = await home(folder);
    const parts = openParts(folder);
    const { snapshots, memory, index, journal } = parts;
    await snapshots.makeIfDue(memory, index, journal);
    assert.deepEqual(parts.said, [], 'a small journal is read whole');
    for (let i = 0; i < 20; i++) life.step(journal);
    await Promise.all([make(parts), snapshots.makeIfDue(memory, index, journal), snapshots.makeIfDue(memory, index, journal)]);
    assert.deepEqual(parts.said, ['snapshot_made']);
    await journal.close();
  });
});
