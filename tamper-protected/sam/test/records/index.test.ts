// SPDX-License-Identifier: Apache-2.0
// The compact index says what a plain map of the same operations says; whatever is frozen stays what it was.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { IdTable, NO_ROW } from '../../src/records/id-table.ts';
import { PagedRows } from '../../src/records/paged-rows.ts';
import { hashMatches, RowIndex } from '../../src/records/row-index.ts';
import { seededHash, seedOf } from '../../src/records/seeded-hash.ts';
import type { TableName } from '../../src/records/tables.ts';
import { seeded } from './seeded.ts';

const SEED = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
const ID_BYTES = { signer: 16, authenticator: 32, signing_key: 16, client: 32, officer: 16, enrolment: 32 } as const;
const TABLES = Object.keys(ID_BYTES) as TableName[];

suite('index', () => {
  test('the hash is HalfSipHash-2-4: vectors of its authors', () => {
    const input = new Uint8Array(16).map((_, i) => i);
    for (const [length, expected] of [
      [0, 0x5b9f35a9],
      [4, 0x89466e2a],
      [8, 0x8f84b8d0],
      [16, 0x84acb5d9],
    ] as const)
      assert.equal(seededHash(seedOf(SEED), new Uint32Array(input.slice(0, length).buffer), length / 4), expected);
  });

  for (const seed of ['one', 'two', 'three']) {
    test(`as a map: seed ${seed}`, () => {
      const random = seeded(seed);
      const index = new RowIndex(random.bytes(8));
      const model = new Map<string, { version: number; hash: Uint8Array; record: number }>();
      const ids = new Map(TABLES.map((table) => [table, [] as Uint8Array[]]));
      for (let step = 1; step <= 6000; step++) {
        const table = TABLES[random.below(TABLES.length)]!;
        const known = ids.get(table)!;
        const fresh = known.length === 0 || random.below(3) > 0;
        const id = fresh ? random.bytes(ID_BYTES[table]) : known[random.below(known.length)]!;
        if (fresh) known.push(id);
        const key = `${table} ${Buffer.from(id).toString('hex')}`;
        const entry = { version: (model.get(key)?.version ?? 0) + 1, hash: random.bytes(32), record: step * 2 ** random.below(30) };
        index.set(table, id, entry.version, entry.hash, entry.record);
        model.set(key, entry);
        assert.equal(index.version(table, random.bytes(ID_BYTES[table])), 0);
      }
      for (const table of TABLES)
        for (const id of ids.get(table)!) {
          const expected = model.get(`${table} ${Buffer.from(id).toString('hex')}`)!;
          const entry = index.get(table, id)!;
          assert.deepEqual([entry.version, entry.record], [expected.version, expected.record]);
          assert.ok(hashMatches(entry, expected.hash));
          assert.ok(!hashMatches(entry, random.bytes(32)));
        }
    });
  }

  test('every one of the 128 bits that are kept counts', () => {
    const index = new RowIndex(SEED);
    const id = new Uint8Array(16);
    const hash = new Uint8Array(32).fill(7);
    index.set('signer', id, 1, hash, 1);
    const entry = index.get('signer', id)!;
    for (let bit = 0; bit < 128; bit++) {
      const other = hash.slice();
      other[bit >>> 3]! ^= 1 << (bit & 7);
      assert.ok(!hashMatches(entry, other), `bit ${bit}`);
    }
    assert.ok(hashMatches(entry, hash));
  });

  test('an id of another length is nobody, and nobody is made of it', () => {
    const index = new RowIndex(SEED);
    assert.equal(index.get('signer', new Uint8Array(15)), undefined);
    assert.equal(index.version('authenticator', new Uint8Array(16)), 0);
    assert.throws(() => index.set('signer', new Uint8Array(32), 1, new Uint8Array(32), 1));
  });

  test('versions to 2^20 and records to 2^44 are kept whole, and none beyond', () => {
    const index = new RowIndex(SEED);
    const id = new Uint8Array(16);
    for (const [version, record] of [
      [1, 0],
      [2 ** 20 - 1, 2 ** 44 - 1],
      [1, 2 ** 44 - 1],
      [2 ** 20 - 1, 0],
      [7, 2 ** 32],
    ] as const) {
      index.set('officer', id, version, new Uint8Array(32), record);
      const entry = index.get('officer', id)!;
      assert.deepEqual([entry.version, entry.record, index.version('officer', id)], [version, record, version]);
    }
    assert.throws(() => index.set('officer', id, 2 ** 20, new Uint8Array(32), 1), RangeError);
    assert.throws(() => index.set('officer', id, 1, new Uint8Array(32), 2 ** 44), RangeError);
  });

  test('what was seen is unchanged until its version changes, and what was not there never is', () => {
    const index = new RowIndex(SEED);
    const id = new Uint8Array(16).fill(1);
    const absent = index.seen('signing_key', id);
    assert.equal(index.unchanged([absent]), false);
    index.set('signing_key', id, 1, new Uint8Array(32), 1);
    assert.equal(index.unchanged([absent]), false);
    const seen = index.seen('signing_key', id);
    for (let i = 0; i < 5000; i++) index.set('signing_key', seeded(`other ${i}`).bytes(16), 1, new Uint8Array(32), 2);
    assert.equal(index.unchanged([seen]), true);
    index.set('signing_key', id, 2, new Uint8Array(32), 3);
    assert.equal(index.unchanged([seen]), false);
  });

  test('ids that stand in one place without the seed are apart with it', () => {
    const probes = (seed: Uint8Array): number => new Set(clashing.map((id) => slotOf(seed, id))).size;
    const slotOf = (seed: Uint8Array, id: Uint8Array): number => seededHash(seedOf(seed), new Uint32Array(id.slice().buffer), 4) % 256;
    const random = seeded('clash');
    const clashing: Uint8Array[] = [];
    while (clashing.length < 40) {
      const id = random.bytes(16);
      if (slotOf(SEED, id) === 0) clashing.push(id);
    }
    assert.equal(probes(SEED), 1);
    assert.ok(probes(random.bytes(8)) > 20);
  });
});

suite('frozen rows', () => {
  test('are what they were, whatever is changed or added meanwhile', () => {
    for (const seed of ['a', 'b', 'c']) {
      const random = seeded(seed);
      const table = new IdTable(seedOf(SEED), 3, 16);
      const ids = Array.from({ length: 10_000 }, (_, i) => seeded(`${seed} ${i}`).bytes(16));
      for (const [i, id] of ids.entries()) table.rows.setWord(table.findOrAdd(id), 0, i);
      const frozen = table.freeze();
      assert.throws(() => table.freeze());
      const copy = new IdTable(seedOf(random.bytes(8)), 3, 16);
      for (;;) {
        for (let i = 0; i < 2000; i++) table.rows.setWord(table.find(ids[random.below(ids.length)]!), random.below(3), 999_999);
        table.rows.setBytes(table.find(ids[random.below(ids.length)]!), 1, random.bytes(8));
        table.findOrAdd(random.bytes(16));
        const page = frozen.page();
        if (page === undefined) break;
        copy.rows.addPage(page);
      }
      frozen.end();
      copy.enterAll();
      assert.equal(copy.rows.count, ids.length);
      for (const [i, id] of ids.entries()) {
        const row = copy.find(id);
        assert.deepEqual([row, copy.rows.word(row, 0), copy.rows.word(row, 1), copy.rows.word(row, 2)], [i, i, 0, 0]);
      }
      assert.equal(copy.find(random.bytes(16)), NO_ROW);
      table.freeze().end();
    }
  });

  test('a page of other rows, or after one that is not full, is not taken', () => {
    const rows = new PagedRows(3);
    assert.throws(() => rows.addPage(new Uint8Array(13)));
    assert.throws(() => rows.addPage(new Uint8Array(4097 * 12)));
    rows.addPage(new Uint8Array(12));
    assert.throws(() => rows.addPage(new Uint8Array(12)));
  });

  test('numbers up to 2^53 keep every bit', () => {
    const rows = new PagedRows(2);
    rows.add();
    for (const value of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      rows.setNumber(0, 0, value);
      assert.equal(rows.number(0, 0), value);
    }
  });
});
