// SPDX-License-Identifier: Apache-2.0
// What the SAM remembers of every row: its version, its hash, and which record of the journal made it. The index comes from the journal,
// never from the database.
//
// Of the hash 128 bits are kept. A row that comes back must have a right MAC, which only the SAM makes, and the version that stands here,
// of which the SAM makes one row alone; the hash is for a row with both that is still another one, and whoever could make that row would
// have to meet 128 given bits.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { IdTable, NO_ROW } from './id-table.ts';
import { type HashSeed, seedOf } from './seeded-hash.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

export const INDEX_HASH_BYTES = 16;

export interface IndexEntry {
  readonly version: number;
  readonly hash: Uint8Array;
  /** Number of the record that made this version. */
  readonly record: number;
}

/** A row at the version that a check saw. */
export interface SeenVersion {
  readonly table: TableName;
  /** Where the index has it. */
  readonly row: number;
  readonly version: number;
}

/** Words of every row; what memory keeps beside them begins at MORE. The upper 12 bits of the record share a word with the version. */
const RECORD_LOW = 0;
const VERSION_AND_RECORD = 1;
const HASH = 2;
export const MORE = 6;
const WORD = 2 ** 32;
const RECORD_HIGHS = 2 ** 12;
const VERSIONS = WORD / RECORD_HIGHS;

const ID_BYTES: Readonly<Record<TableName, 16 | 32>> = {
  signer: 16,
  authenticator: 32,
  signing_key: 16,
  client: 32,
  officer: 16,
  enrolment: 32,
};

/** Words that memory keeps with a row of the table. */
const MORE_WORDS: Readonly<Record<TableName, number>> = {
  signer: 6,
  authenticator: 3,
  signing_key: 2,
  client: 0,
  officer: 0,
  enrolment: 0,
};

export function rowKey(table: TableName, id: Uint8Array): string {
  return `${table} ${toHex(id)}`;
}

export class RowIndex {
  readonly seed: HashSeed;
  readonly tables: Readonly<Record<TableName, IdTable>>;

  /** `seed`: eight secret random bytes. */
  constructor(seed: Uint8Array) {
    this.seed = seedOf(seed);
    this.tables = Object.fromEntries(
      TABLE_NAMES.map((table) => [table, new IdTable(this.seed, MORE + MORE_WORDS[table], ID_BYTES[table])]),
    ) as Record<TableName, IdTable>;
  }

  get(table: TableName, id: Uint8Array): IndexEntry | undefined {
    const { rows } = this.tables[table];
    const row = this.tables[table].find(id);
    const version = this.#version(table, row);
    if (version === 0) return undefined;
    const record = rows.word(row, RECORD_LOW) + (rows.word(row, VERSION_AND_RECORD) % RECORD_HIGHS) * WORD;
    return { version, hash: rows.bytes(row, HASH, INDEX_HASH_BYTES), record };
  }

  /** Gives the place in the index. */
  set(table: TableName, id: Uint8Array, version: number, hash: Uint8Array, record: number): number {
    const { rows } = this.tables[table];
    if (version >= VERSIONS || record >= WORD * RECORD_HIGHS) throw new RangeError('a version or a record beyond what the index can hold');
    const row = this.tables[table].findOrAdd(id);
    rows.setWord(row, RECORD_LOW, record % WORD);
    rows.setWord(row, VERSION_AND_RECORD, version * RECORD_HIGHS + Math.floor(record / WORD));
    rows.setBytes(row, HASH, hash.subarray(0, INDEX_HASH_BYTES));
    return row;
  }

  /** 0 where there never was such a row. */
  version(table: TableName, id: Uint8Array): number {
    return this.#version(table, this.tables[table].find(id));
  }

  seen(table: TableName, id: Uint8Array): SeenVersion {
    const row = this.tables[table].find(id);
    return { table, row, version: this.#version(table, row) };
  }

  /** Whether every row still is what it was; one that was not there never is. */
  unchanged(seen: readonly SeenVersion[]): boolean {
    for (const { table, row, version } of seen) if (version === 0 || this.#version(table, row) !== version) return false;
    return true;
  }

  #version(table: TableName, row: number): number {
    return row === NO_ROW ? 0 : Math.floor(this.tables[table].rows.word(row, VERSION_AND_RECORD) / RECORD_HIGHS);
  }
}

/** Whether a row hashes to what the index remembers. */
export function hashMatches(entry: IndexEntry, hash: Uint8Array): boolean {
  return sameBytes(entry.hash, hash.subarray(0, INDEX_HASH_BYTES));
}
