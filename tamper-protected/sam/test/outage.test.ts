// SPDX-License-Identifier: Apache-2.0
// A database that cannot be written: how often it is tried, what the log says, and that all goes on with the first success.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { type Log, openLog } from '@sigillo/wire';
import type { Database } from '../src/database.ts';
import { JournalCopy } from '../src/journal/copy.ts';
import { Outage } from '../src/outage.ts';
import { RowIndex } from '../src/records/row-index.ts';
import { RowMac } from '../src/records/row-mac.ts';
import { RowStore } from '../src/records/row-store.ts';
import { SamRefusal } from '../src/refusals.ts';

const unavailable = (code: string): SamRefusal => new SamRefusal('database_unavailable', { cause: Object.assign(new Error('no'), { code }) });

/** A clock that stands, timers that wait for it, a log, and dice that always say the same. */
function still(dice = 255) {
  const said: { readonly event: string; readonly count?: number; readonly durationMs?: number }[] = [];
  const waiting: { readonly at: number; readonly run: () => void }[] = [];
  const powers = {
    now: 0,
    said,
    waiting,
    log: openLog('sam', (line) => said.push(JSON.parse(line) as (typeof said)[number]), () => 0) satisfies Log,
    monotonic: () => powers.now,
    random: () => Uint8Array.of(dice),
    timers: { after: (delayMs: number, run: () => void) => void waiting.push({ at: powers.now + delayMs, run }) },
    /** The next timer's time comes. */
    async next(): Promise<void> {
      const { at, run } = waiting.shift()!;
      powers.now = Math.max(powers.now, at);
      run();
      await turn();
    },
  };
  return powers;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const events = ({ said }: ReturnType<typeof still>): string[] => said.map(({ event }) => event);

suite('an outage of the database', () => {
  test('is tried less and less often, to some seconds, and not by all at the same moment', () => {
    for (const [dice, most] of [[255, [250, 500, 1000, 2000, 4000, 4000]], [0, [125, 250, 500, 1000, 2000, 2000]]] as const) {
      const outage = new Outage({ ...still(dice), event: 'a', code: 'b', overEvent: 'c' });
      assert.deepEqual(most.map(() => outage.failed(unavailable('1'), 1)), most);
      outage.over();
      assert.equal(outage.failed(unavailable('1'), 1), most[0], 'the next one begins anew');
    }
  });

  test('is said when it begins, when its reason changes, each minute, and when it is over', () => {
    const powers = still();
    const outage = new Outage({ ...powers, event: 'begun', code: 'b', overEvent: 'over' });
    outage.over();
    for (let second = 0; second <= 130; second++) {
      powers.now = second * 1000;
      outage.failed(unavailable(second < 10 ? 'ECONNREFUSED' : '57P03'), second);
    }
    outage.over();
    outage.over();
    assert.deepEqual(powers.said.map(({ event, count, durationMs }) => [event, count, durationMs]), [
      ['begun', 0, 0],
      ['begun', 10, 10_000],
      ['begun', 70, 70_000],
      ['begun', 130, 130_000],
      ['over', 131, 130_000],
    ]);
  });

  test('rows: new ones bring no attempt forward, and with the first success all are written at once', async () => {
    const powers = still();
    const written: number[] = [];
    let attempts = 0;
    let away = true;
    const database: Pick<Database, 'putRow'> = {
      putRow: ({ id }) => {
        attempts += 1;
        if (away) return Promise.reject(unavailable('ECONNREFUSED'));
        written.push(id[0]!);
        return Promise.resolve();
      },
    };
    const rows = new RowStore({
      ...powers,
      database: database as Database,
      index: new RowIndex(randomBytes(8)),
      mac: new RowMac(randomBytes(16), randomBytes(32)),
      fromJournal: () => undefined,
      rightfulIds: () => [],
      report: () => 0,
    });
    const put = async (number: number): Promise<void> => {
      const row = { table: 'signer' as const, id: new Uint8Array(16).fill(number), version: 1, body: Uint8Array.of(1) };
      rows.put(row);
      rows.write([row]);
      await turn();
    };
    await put(1);
    for (let number = 2; number <= 20; number++) await put(number);
    assert.deepEqual([attempts, powers.waiting.length], [1, 1]);
    for (let i = 0; i < 5; i++) await powers.next();
    assert.deepEqual([attempts, powers.waiting.length, rows.unwritten], [6, 1, 20]);
    assert.ok(powers.now < 250 + 500 + 1000 + 2000 + 4001, String(powers.now));
    away = false;
    await powers.next();
    assert.deepEqual([written.sort((a, b) => a - b), powers.waiting.length, rows.unwritten], [Array.from({ length: 20 }, (_, i) => i + 1), 0, 0]);
    await put(21);
    assert.equal(written.at(-1), 21, 'nothing waits any more');
    assert.deepEqual(events(powers), ['rows_not_written', 'rows_written_again']);
  });

  test('groups of the journal: the same', async () => {
    const powers = still();
    const copied: number[] = [];
    let attempts = 0;
    let away = true;
    const database: Pick<Database, 'putGroups'> = {
      putGroups: (groups) => {
        attempts += 1;
        if (away) return Promise.reject(unavailable('ECONNREFUSED'));
        copied.push(...groups.map(({ number }) => number));
        return Promise.resolve();
      },
    };
    const copy = new JournalCopy({ ...powers, database: database as Database, gatherMs: 0, groupsFrom: () => [], foreign: (cause) => assert.fail(cause) });
    for (let number = 1; number <= 300; number++) {
      copy.add({ number, firstRecord: number, count: 1, body: new Uint8Array(1) });
      if (number === 100) await turn();
    }
    await turn();
    assert.deepEqual([attempts, powers.waiting.length], [1, 1]);
    for (let i = 0; i < 5; i++) await powers.next();
    assert.deepEqual([attempts, powers.waiting.length], [6, 1]);
    away = false;
    await powers.next();
    await copy.settled();
    assert.deepEqual([copied.length, copied.at(-1), copy.lagMs], [300, 300, 0]);
    assert.deepEqual(events(powers), ['journal_not_copied', 'journal_copied_again']);
  });
});
