// SPDX-License-Identifier: Apache-2.0
// At start the database is asked which versions it has of what changed lately: many rows a question, and not what they hold.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openLog } from '@sigillo/wire';
import type { Database } from '../../src/database.ts';
import { RowIndex } from '../../src/records/row-index.ts';
import { RowMac } from '../../src/records/row-mac.ts';
import { RowStore } from '../../src/records/row-store.ts';
import { realTimers } from '../../src/timers.ts';

const ROWS = 1203;
const body = Uint8Array.of(1);
const idOf = (number: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? number & 255 : i === 1 ? number >> 8 : 7));

function openRows(
  index: RowIndex,
  mac: RowMac,
  database: Pick<Database, 'rowVersions' | 'putRow'>,
): RowStore {
  return new RowStore({
    database: database as Database,
    index,
    mac,
    log: openLog('sam', () => undefined, Date.now),
    monotonic: () => 0,
    random: (length) => randomBytes(length),
    timers: realTimers,
    fromJournal: (_, table, id) => ({ table, id, version: 3, body }),
    rightfulIds: () => [],
    report: () => 0,
  });
}

test('what is missing, older, or there twice is put back; the rest is not read', async () => {
  const index = new RowIndex(randomBytes(8));
  const mac = new RowMac(randomBytes(16), randomBytes(32));
  const stored = new Map<string, number>();
  const keyOf = (id: Uint8Array): string => Buffer.from(id).toString('hex');
  for (let number = 0; number < ROWS; number++) {
    const row = { table: 'signer' as const, id: idOf(number), version: 3, body };
    index.set('signer', row.id, 3, mac.hash(row), number + 1);
    // Of a row that stands there twice nothing is said, as of one that is missing; a newer one was written by somebody else.
    stored.set(keyOf(row.id), number === 40 ? 4 : 3);
  }
  const lacking = [0, 700, ROWS - 1];
  for (const number of lacking) stored.delete(keyOf(idOf(number)));
  stored.set(keyOf(idOf(500)), 2);
  stored.set(keyOf(idOf(501)), Number.NaN);
  const asked: number[] = [];
  const put: string[] = [];
  const rows = openRows(index, mac, {
    rowVersions: (_, ids) => {
      asked.push(ids.length);
      return Promise.resolve(ids.filter((id) => stored.has(keyOf(id))).map((id) => ({ id, version: stored.get(keyOf(id))! })));
    },
    putRow: ({ id, version }) => Promise.resolve(void put.push(`${keyOf(id)} ${version}`)),
  });
  const restored = await rows.restore(Array.from({ length: ROWS }, (_, number) => ({ table: 'signer' as const, id: idOf(number) })));
  assert.deepEqual(asked, [500, 500, 203]);
  assert.equal(restored, 5);
  assert.deepEqual(put.sort(), [...lacking, 500, 501].map((number) => `${keyOf(idOf(number))} 3`).sort());
});

test('what is on its way to the database when it is asked is not taken for lost', async () => {
  const index = new RowIndex(randomBytes(8));
  const mac = new RowMac(randomBytes(16), randomBytes(32));
  const row = { table: 'signer' as const, id: idOf(1), version: 3, body };
  index.set('signer', row.id, 3, mac.hash(row), 1);
  let puts = 0;
  const rows: RowStore = openRows(index, mac, {
    // The answer is of before the row arrived, and comes after it has.
    rowVersions: () => rows.settled().then(() => []),
    putRow: () => Promise.resolve(void (puts += 1)),
  });
  rows.put(row);
  rows.write([row]);
  assert.equal(await rows.restore([row]), 0);
  assert.equal(puts, 1);
});
