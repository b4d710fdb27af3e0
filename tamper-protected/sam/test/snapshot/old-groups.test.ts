// SPDX-License-Identifier: Apache-2.0
// What a start from a snapshot did not read is read afterwards: all of it, and whatever is wrong there is said.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { SEGMENT_BYTES_MAX } from '../../src/journal/segments.ts';
import { writtenGroups } from '../journal/written.ts';
import { Life, openParts, type OpenedParts } from './life.ts';

const RECORDS = 60;
const segment = (folder: string, number: number): string => join(folder, 'journal', `journal-${String(number).padStart(8, '0')}`);

/** A home with files of about ten groups each, and a snapshot at their end. Records are one a group from the third on. */
async function home(t: TestContext, code: string = 'aaaa', segmentBytesMax: number = 3000): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sg-old-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { journal, snapshots, memory, index } = openParts(folder, { segmentBytesMax });
  new Life('same').begin(journal);
  await journal.durable();
  while (journal.head.record < RECORDS) await journal.append({ event: 'refused', code }).durable;
  await snapshots.make(memory, index, journal);
  await journal.close();
  return folder;
}

/** What is said about it, read in parts of so many bytes, and in how many. */
function read({ journal, said }: OpenedParts, bytes: number): { readonly said: readonly string[]; readonly parts: number } {
  let parts = 0;
  while (said.every((line) => !line.includes(': ')) && parts < 1000) {
    journal.readOld(bytes);
    parts += 1;
  }
  journal.readOld(bytes);
  return { said: said.filter((line) => line.includes(': ')), parts };
}

async function readAgain(folder: string): Promise<readonly string[]> {
  const parts = openParts(folder);
  assert.notEqual(parts.thawed, undefined, 'a snapshot was used');
  const { said } = read(parts, 2 ** 20);
  await parts.journal.close();
  return said;
}

suite('what lies before a snapshot', () => {
  test('is read in parts, each group once, to where the snapshot was made', async (t) => {
    const folder = await home(t);
    const parts = openParts(folder);
    const groups = parts.journal.groupOf(RECORDS).group;
    assert.deepEqual(read(parts, 1), { said: [`checked: ${RECORDS}`], parts: groups });
    await parts.journal.close();
    const whole = openParts(folder, { withoutSnapshot: true });
    whole.journal.readOld(2 ** 20);
    assert.deepEqual(whole.said, [], 'a start that read all of it has nothing left to read');
    await whole.journal.close();
  });

  test('is said by its first record where a bit is another', async (t) => {
    const folder = await home(t);
    const parts = openParts(folder);
    const places = Array.from({ length: RECORDS - 10 }, (_, i) => ({ record: i + 5, place: parts.journal.groupOf(i + 5).place }));
    await parts.journal.close();
    const inSecond = places.filter(({ place }) => Math.floor(place / 2 ** 28) === 2);
    assert.ok(inSecond.length > 3);
    const path = segment(folder, 2);
    const bytes = readFileSync(path);
    for (const { record, place } of inSecond)
      for (const at of [0, 12, 20, 31, 36, 50, 80]) {
        const bent = new Uint8Array(bytes);
        bent[(place % 2 ** 28) + at]! ^= 1;
        writeFileSync(path, bent);
        assert.deepEqual(await readAgain(folder), [`damaged: ${record}`], `byte ${at} of the group of record ${record}`);
      }
  });

  test('is said where a file ends early, is exchanged, or is of another journal of the same home', async (t) => {
    const [folder, other] = [await home(t), await home(t, 'bbbb')];
    const parts = openParts(folder);
    const firstOf = (number: number): number => Array.from({ length: RECORDS }, (_, i) => i + 1).find((record) => parts.journal.groupOf(record).place >= number * 2 ** 28)!;
    const [second, third, last] = [firstOf(2), firstOf(3), Math.floor(parts.journal.groupOf(RECORDS).place / 2 ** 28)];
    const lastRecord = firstOf(last);
    await parts.journal.close();
    assert.ok(last > 3, `${last} files`);
    const kept = readFileSync(segment(folder, 2));
    writeFileSync(segment(folder, 2), writtenGroups(segment(folder, 2)).subarray(0, -1));
    assert.deepEqual(await readAgain(folder), [`damaged: ${third - 1}`]);
    renameSync(segment(folder, 3), segment(folder, 2));
    writeFileSync(segment(folder, 3), kept);
    assert.deepEqual(await readAgain(folder), [`damaged: ${second}`]);
    renameSync(segment(folder, 2), `${segment(folder, 3)}.kept`);
    renameSync(segment(folder, 3), segment(folder, 2));
    renameSync(`${segment(folder, 3)}.kept`, segment(folder, 3));
    assert.deepEqual(await readAgain(folder), [`checked: ${RECORDS}`]);
    for (let number = 1; number < last; number++) copyFileSync(segment(other, number), segment(folder, number));
    assert.deepEqual(await readAgain(folder), [`damaged: ${lastRecord}`], 'all MACs are right, and the chain is not');
  });

  test('keeps few files open', async (t) => {
    const folder = await home(t, 'aaaa', 500);
    const open = new Set<number>();
    let most = 0;
    const disk: Disk = {
      ...realDisk,
      openToRead(path) {
        const file = realDisk.openToRead(path);
        most = Math.max(most, open.add(file).size);
        return file;
      },
      close: (file) => (open.delete(file), realDisk.close(file)),
    };
    const parts = openParts(folder, { disk });
    assert.deepEqual(read(parts, 1).said, [`checked: ${RECORDS}`]);
    for (let record = 1; record <= RECORDS; record++) parts.journal.read(record);
    await parts.journal.close();
    assert.ok(most > 10 && most <= 20, `${most} at once`);
    assert.equal(open.size, 0);
  });

  test('asks for no more memory than a group can have, whatever its head says', async (t) => {
    const folder = await home(t);
    const bytes = readFileSync(segment(folder, 2));
    bytes.writeUInt32BE(0xffff_fff0, 28);
    writeFileSync(segment(folder, 2), bytes);
    let longest = 0;
    const disk = { ...realDisk, readAt: (file: number, offset: number, length: number) => ((longest = Math.max(longest, length)), realDisk.readAt(file, offset, length)) };
    const { journal, said } = openParts(folder, { disk });
    journal.readOld(2 ** 20);
    assert.equal(said.length, 1);
    assert.ok(longest <= SEGMENT_BYTES_MAX, `${longest} bytes`);
    await journal.close();
  });
});
