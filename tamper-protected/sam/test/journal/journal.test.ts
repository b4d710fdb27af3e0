// SPDX-License-Identifier: Apache-2.0
// The file: groups, chains, torn ends, broken middles, segments; with real files, and with a disk that fails.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { JournalError } from '../../src/journal/error.ts';
import { Journal } from '../../src/journal/journal.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import { realTimers } from '../../src/timers.ts';
import { ROOM_BYTES, SEGMENT_BYTES_MAX } from '../../src/journal/segments.ts';
import { tearOff, writtenGroups } from './written.ts';

const KEY = randomBytes(32);

interface Opened {
  readonly journal: Journal;
  readonly read: JournalRecord[];
  readonly failures: unknown[];
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sg-journal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, disk: Disk = realDisk, key: Uint8Array = KEY, segmentBytesMax: number = SEGMENT_BYTES_MAX): Opened {
  const read: JournalRecord[] = [];
  const failures: unknown[] = [];
  const journal = new Journal({
    disk,
    timers: realTimers,
    folder,
    key,
    segmentBytesMax,
    now: Date.now,
    memory: {
      nextEntry: () => ({ entry: 0, previousEntry: 0 }),
      apply: (record) => void read.push(record),
    },
    copy: () => undefined,
    appended: () => undefined,
    durable: () => undefined,
    failed: (cause) => failures.push(cause),
    damaged: (_record, cause) => failures.push(cause),
    checked: () => undefined,
  });
  return { journal, read, failures };
}

async function write(folder: string, count: number): Promise<void> {
  const { journal } = open(folder);
  for (let i = 0; i < count; i++) await journal.append({ event: 'refused', code: `c${i}` }).durable;
  await journal.close();
}

/** Of four groups the last is torn: it is dropped, and the next is written in its place. */
async function goesOnWithoutTheFourth(folder: string): Promise<void> {
  const { journal, read } = open(folder);
  assert.equal(read.length, 3);
  assert.ok(journal.scan.tornBytes > 0);
  await journal.append({ event: 'refused', code: 'next' }).durable;
  await journal.close();
  const again = open(folder);
  assert.deepEqual(
    again.read.map(({ code }) => code),
    ['c0', 'c1', 'c2', 'next'],
  );
  assert.equal(again.journal.scan.tornBytes, 0);
  await again.journal.close();
}

const segment = (folder: string, number: number = 1): string => join(folder, `journal-${String(number).padStart(8, '0')}`);
const refusedAs =
  (code: string) =>
  (cause: unknown): boolean =>
    cause instanceof JournalError && cause.code === code;

suite('journal', () => {
  test('what was appended is read again, in a chain, and by its number', async (t) => {
    const folder = scratch(t);
    await write(folder, 5);
    const { journal, read } = open(folder);
    assert.deepEqual(
      read.map(({ number, code }) => `${number} ${code}`),
      ['1 c0', '2 c1', '3 c2', '4 c3', '5 c4'],
    );
    assert.equal(journal.read(3).code, 'c2');
    assert.equal(journal.scan.group, 5);
    await journal.close();
    assert.equal(statSync(segment(folder)).mode & 0o777, 0o600);
  });

  test('group commit: many records, few writes', async (t) => {
    const folder = scratch(t);
    let writes = 0;
    const { journal } = open(folder, {
      ...realDisk,
      write: (file, bytes, offset) => {
        writes += 1;
        return realDisk.write(file, bytes, offset);
      },
    });
    await Promise.all(Array.from({ length: 500 }, (_, i) => journal.append({ event: 'refused', code: `c${i}` }).durable));
    assert.ok(writes <= 3, `${writes} writes for 500 records`);
    assert.equal(journal.head.record, 500);
    await journal.close();
  });

  for (const [name, cut] of [
    ['its last byte', 1],
    ['its MAC', 40],
    ['most of it', 120],
  ] as const) {
    test(`an end that was torn off (${name}) is dropped, and the rest goes on`, async (t) => {
      const folder = scratch(t);
      await write(folder, 4);
      tearOff(segment(folder), cut);
      await goesOnWithoutTheFourth(folder);
    });
  }

  test('a break with a valid group after it is refused, at every byte', async (t) => {
    const folder = scratch(t);
    await write(folder, 3);
    const right = writtenGroups(segment(folder));
    const groupBytes = Math.floor(right.length / 3);
    for (let at = 0; at < 2 * groupBytes; at += 7) {
      const wrong = Buffer.from(right);
      wrong[at]! ^= 1;
      writeFileSync(segment(folder), wrong);
      assert.throws(() => open(folder), refusedAs('journal_broken'), `byte ${at}`);
    }
  });

  test("a group less in the middle, two exchanged, one twice, another home's key: refused", async (t) => {
    const folder = scratch(t);
    await write(folder, 4);
    const right = writtenGroups(segment(folder));
    const size = right.length / 4;
    const part = (i: number): Buffer => right.subarray(i * size, (i + 1) * size);
    for (const parts of [
      [0, 2, 3],
      [0, 2, 1, 3],
      [0, 1, 1, 2, 3],
      [1, 2, 3],
    ]) {
      writeFileSync(segment(folder), Buffer.concat(parts.map(part)));
      assert.throws(() => open(folder), refusedAs('journal_broken'), parts.join());
    }
    writeFileSync(segment(folder), right);
    assert.throws(() => open(folder, realDisk, randomBytes(32)), refusedAs('journal_broken'));
    const { journal } = open(folder);
    await journal.close();
  });

  test('a write that fails is not tried again: nobody gets an answer, and nothing more is written', async (t) => {
    const folder = scratch(t);
    let writes = 0;
    const { journal, failures } = open(folder, {
      ...realDisk,
      write: (file, bytes, offset) => {
        writes += 1;
        return writes === 2 ? Promise.reject(new Error('EIO')) : realDisk.write(file, bytes, offset);
      },
    });
    await journal.append({ event: 'refused', code: 'first' }).durable;
    let answered = false;
    void journal.append({ event: 'refused', code: 'second' }).durable.then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const written = statSync(segment(folder)).size;
    void journal.append({ event: 'refused', code: 'third' }).durable.then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(answered, false);
    assert.equal(writes, 2);
    assert.equal(failures.length, 1);
    assert.equal(statSync(segment(folder)).size, written);
    assert.equal(journal.head.record, 1);
  });

  test('a write that fails half way leaves a torn end', async (t) => {
    const folder = scratch(t);
    await write(folder, 2);
    const { journal, failures } = open(folder, {
      ...realDisk,
      async write(file, bytes, offset) {
        if (full) {
          await realDisk.write(file, bytes.subarray(0, bytes.length - 10), offset);
          throw new Error('ENOSPC');
        }
        await realDisk.write(file, bytes, offset);
      },
    });
    let full = false;
    await journal.append({ event: 'refused', code: 'third' }).durable;
    full = true;
    void journal.append({ event: 'refused', code: 'fourth' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(failures.length, 1);
    const { journal: next, read } = open(folder);
    assert.deepEqual(
      read.map(({ code }) => code),
      ['c0', 'c1', 'third'],
    );
    assert.ok(next.scan.tornBytes > 0);
    await next.close();
  });

  test('at start the last segment is written anew and put in place, before anyone is served', async (t) => {
    const folder = scratch(t);
    await write(folder, 2);
    const done: string[] = [];
    const { journal } = open(folder, {
      ...realDisk,
      writeNow(file, bytes, offset) {
        done.push('written');
        realDisk.writeNow(file, bytes, offset);
      },
      rename(from, to) {
        done.push('renamed');
        realDisk.rename(from, to);
      },
    });
    assert.deepEqual(done, ['written', 'renamed']);
    await journal.close();
  });

  test('a start on a full disk says why it does not go on, and the journal stays as it was', async (t) => {
    const folder = scratch(t);
    await write(folder, 2);
    const before = readFileSync(segment(folder));
    const full: Disk = {
      ...realDisk,
      writeNow: () => {
        throw new Error('ENOSPC');
      },
    };
    assert.throws(() => open(folder, full), refusedAs('journal_write_failed'));
    assert.ok(before.equals(readFileSync(segment(folder))));
    const { journal, read } = open(folder);
    assert.equal(read.length, 2);
    await journal.close();
  });

  test('segments end before their limit and follow each other', async (t) => {
    const folder = scratch(t);
    const { journal } = open(folder, realDisk, KEY, 65_536);
    const personal = randomBytes(1000);
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 7 }, () => journal.append({ event: 'refused', personal }).durable));
    await journal.close();
    assert.deepEqual(readdirSync(folder).sort(), ['journal-00000001', 'journal-00000002']);
    assert.ok(statSync(segment(folder)).size <= 65_536);
    const { journal: again, read } = open(folder);
    assert.equal(read.length, 70);
    for (let number = 1; number <= 70; number++) assert.equal(again.read(number).number, number);
    assert.equal(
      [...again.groupsFrom(1)].reduce((records, { count }) => records + count, 0),
      70,
    );
    await again.close();
    rmSync(segment(folder));
    assert.throws(() => open(folder), refusedAs('journal_broken'));
  });

  test('groups are written over zeros that one of them brought: the file becomes longer once', async (t) => {
    const folder = scratch(t);
    const lengths = new Set<number>();
    const { journal } = open(folder);
    for (let i = 0; i < 20; i++) {
      await journal.append({ event: 'refused', code: 'c' }).durable;
      lengths.add(statSync(segment(folder)).size);
    }
    await journal.close();
    const groups = writtenGroups(segment(folder));
    assert.deepEqual([...lengths], [groups.length / 20 + ROOM_BYTES]);
    assert.ok(readFileSync(segment(folder)).subarray(groups.length).every((byte) => byte === 0));
    const { journal: again, read } = open(folder);
    assert.deepEqual([read.length, again.scan.tornBytes, again.scan.segmentBytes], [20, 0, groups.length]);
    await again.close();
  });

  for (const [name, tear] of [
    ['the first half came', (group: Buffer) => group.fill(0, group.length >> 1)],
    ['the second half came', (group: Buffer) => group.fill(0, 0, group.length >> 1)],
    ['all but the first byte came', (group: Buffer) => group.fill(0, 0, 1)],
    ['the first byte came', (group: Buffer) => group.fill(0, 1)],
  ] as const) {
    test(`a group of which ${name} over the zeros is dropped, and the rest goes on`, async (t) => {
      const folder = scratch(t);
      await write(folder, 4);
      const torn = readFileSync(segment(folder));
      const end = writtenGroups(segment(folder)).length;
      tear(torn.subarray((end / 4) * 3, end));
      writeFileSync(segment(folder), torn);
      await goesOnWithoutTheFourth(folder);
    });
  }

  test('zeros where a group stood are refused when more follows, in the same file or in the next', async (t) => {
    const folder = scratch(t);
    const { journal } = open(folder, realDisk, KEY, 1000);
    while (journal.head.record < 20) await journal.append({ event: 'refused', code: 'c' }).durable;
    const [first, second] = [readFileSync(segment(folder)), readFileSync(segment(folder, 2))];
    const written = writtenGroups(segment(folder)).length;
    assert.ok(first.length > written, 'zeros were left in the first file');
    const size = 104 + first.readUInt32BE(28);
    assert.ok(written >= 3 * size);
    for (let at = 0; at < written; at += size) {
      writeFileSync(segment(folder), Buffer.from(first).fill(0, at, at + size));
      assert.throws(() => [...journal.groupsFrom(1)].length, refusedAs('journal_broken'), `group at ${at}, while it serves`);
      assert.throws(() => open(folder), refusedAs('journal_broken'), `group at ${at}, at start`);
    }
    writeFileSync(segment(folder), Buffer.from(first).fill(1, first.length - 1));
    assert.throws(() => [...journal.groupsFrom(1)].length, refusedAs('journal_broken'), 'something behind the zeros, while it serves');
    assert.throws(() => open(folder), refusedAs('journal_broken'), 'something behind the zeros, at start');
    writeFileSync(segment(folder), first);
    writeFileSync(segment(folder, 2), Buffer.alloc(second.length));
    assert.throws(() => open(folder), refusedAs('journal_broken'), 'all of a file');
    writeFileSync(segment(folder, 2), second);
    assert.equal([...journal.groupsFrom(1)].length, 20);
    await journal.close();
  });

  test('a segment that was begun and holds nothing but zeros is none', async (t) => {
    const folder = scratch(t);
    await write(folder, 2);
    writeFileSync(segment(folder, 2), Buffer.alloc(5000));
    const { journal, read } = open(folder);
    assert.deepEqual([read.length, journal.scan.tornBytes], [2, 0]);
    assert.deepEqual(readdirSync(folder), ['journal-00000001']);
    await journal.close();
  });

  test('a record of long ago is believed only as part of a group whose MAC is right', async (t) => {
    const folder = scratch(t);
    await write(folder, 3);
    const right = writtenGroups(segment(folder));
    const groupBytes = right.length / 3;
    for (let at = groupBytes; at < 2 * groupBytes; at++) {
      writeFileSync(segment(folder), right);
      const { journal } = open(folder);
      const wrong = Buffer.from(right);
      wrong[at]! ^= 0x10;
      writeFileSync(segment(folder), wrong);
      assert.throws(() => journal.read(2), refusedAs('journal_broken'), `byte ${at - groupBytes} of its group`);
      assert.equal(journal.read(1).code, 'c0');
      await journal.close();
    }
  });

  test('a group that was put in the place of another is not taken for it', async (t) => {
    const folder = scratch(t);
    await write(folder, 3);
    const right = writtenGroups(segment(folder));
    const size = right.length / 3;
    const { journal } = open(folder);
    writeFileSync(segment(folder), Buffer.concat([right.subarray(0, size), right.subarray(0, size), right.subarray(2 * size)]));
    assert.throws(() => journal.read(2), refusedAs('journal_broken'));
    assert.throws(() => [...journal.groupsFrom(1)], refusedAs('journal_broken'));
    await journal.close();
  });
});
