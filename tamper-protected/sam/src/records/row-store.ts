// SPDX-License-Identifier: Apache-2.0
// Rows live in the database and are believed only if MAC, version and hash are the ones that the index knows. A row that does not fit is
// refused, this time, and put back from the journal. Rows are written behind: until the database has one, it is read from memory.
import { decode, encode } from '@sigillo/doors/schema';
import { type Log, RecentMap } from '@sigillo/wire';
import type { Database, StoredRow } from '../database.ts';
import type { JournalRow } from '../journal/record.ts';
import { Outage } from '../outage.ts';
import { type RefusalCode, SamRefusal } from '../refusals.ts';
import type { Timers } from '../timers.ts';
import { requireAuthentic } from './checks/row-authentic.ts';
import { requireFresh } from './checks/row-fresh.ts';
import { rowInJournal } from './checks/row-in-journal.ts';
import { requireKnown } from './checks/row-known.ts';
import { insteadOfMissing } from './checks/row-present.ts';
import { hashMatches, type IndexEntry, rowKey, type RowIndex } from './row-index.ts';
import type { BoundRow, RowMac } from './row-mac.ts';
import { type RowOf, schemaOf, type TableName } from './tables.ts';

const CACHE_MAX = 20_000;
/** Rows that the database is asked about at once, at start: their versions, not what they hold. */
const RESTORED_AT_ONCE = 500;

/** What may be wrong with a row of the database. */
export const ROW_REFUSALS = [
  'row_bad',
  'row_swapped',
  'row_foreign',
  'row_stale',
  'row_missing',
  'row_duplicated',
] as const satisfies readonly RefusalCode[];
export type RowRefusalCode = (typeof ROW_REFUSALS)[number];

function isRowRefusal(code: RefusalCode): code is RowRefusalCode {
  return ROW_REFUSALS.some((one) => one === code);
}

interface Cached {
  readonly version: number;
  readonly value: unknown;
}

export interface RowStoreOptions {
  readonly database: Database;
  readonly index: RowIndex;
  readonly mac: RowMac;
  readonly log: Log;
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly timers: Pick<Timers, 'after'>;
  /** The row as a record of the journal has it, or undefined while that record is not durable. */
  readonly fromJournal: (record: number, table: TableName, id: Uint8Array) => JournalRow | undefined;
  /** Under which primary keys such columns may stand. */
  readonly rightfulIds: (table: TableName, body: Uint8Array) => readonly Uint8Array[];
  /** Says in the journal that the database held something else; returns the number of the record. */
  readonly report: (code: RowRefusalCode, table: TableName, id: Uint8Array) => number;
}

export class RowStore {
  readonly #options: RowStoreOptions;
  readonly #cache = new RecentMap<string, Cached>(CACHE_MAX);
  readonly #unwritten = new Map<string, BoundRow>();
  /** Versions whose record is durable and that the database lacks. */
  readonly #durable = new Map<string, number>();
  readonly #outage: Outage;
  #writing: Promise<void> | undefined;
  /** After an attempt that failed the next one has its time. */
  #waits = false;
  #closed = false;

  constructor(options: RowStoreOptions) {
    this.#options = options;
    this.#outage = new Outage({ ...options, event: 'rows_not_written', code: 'database_unavailable', overEvent: 'rows_written_again' });
  }

  get unwritten(): number {
    return this.#unwritten.size;
  }

  /** The columns of a row, or undefined where there never was one. */
  async read<T extends TableName>(table: T, id: Uint8Array): Promise<RowOf<T> | undefined> {
    const key = rowKey(table, id);
    const entry = rowInJournal(this.#options.index, table, id);
    if (entry === undefined) return undefined;
    const cached = this.#cache.get(key);
    if (cached?.version === entry.version) return cached.value as RowOf<T>;
    const waiting = this.#unwritten.get(key);
    const body = waiting?.version === entry.version ? waiting.body : await this.#fromDatabase(table, id, key);
    if (body === undefined) return undefined;
    const value = decode(schemaOf(table), body);
    this.#remember(key, entry.version, value);
    return value;
  }

  /** The columns of a row without the database: what locks somebody out must not wait for it. */
  readForLocking<T extends TableName>(table: T, id: Uint8Array): RowOf<T> | undefined {
    const key = rowKey(table, id);
    const entry = this.#options.index.get(table, id);
    if (entry === undefined) return undefined;
    const cached = this.#cache.get(key);
    if (cached?.version === entry.version) return cached.value as RowOf<T>;
    const waiting = this.#unwritten.get(key);
    const row = waiting?.version === entry.version ? waiting : this.#fromJournal(entry, table, id);
    if (row === undefined) throw new SamRefusal('row_missing');
    return decode(schemaOf(table), row.body);
  }

  /** Keeps a row of a record for reading at once. */
  put(row: BoundRow): void {
    this.#unwritten.set(rowKey(row.table, row.id), row);
  }

  /** Rows whose record is durable: they go to the database, with patience while it is away. */
  write(rows: readonly { readonly table: TableName; readonly id: Uint8Array; readonly version: number }[]): void {
    for (const { table, id, version } of rows) this.#durable.set(rowKey(table, id), version);
    if (rows.length > 0 && !this.#waits) this.#flush();
  }

  #flush(): void {
    this.#writing ??= this.#write().then((retryMs) => {
      this.#writing = undefined;
      if (retryMs !== undefined) this.#tryAgain(retryMs);
      else if (this.#durable.size > 0) this.#flush();
    });
  }

  #tryAgain(retryMs: number): void {
    if (this.#waits || this.#closed) return;
    this.#waits = true;
    this.#options.timers.after(retryMs, () => {
      this.#waits = false;
      if (!this.#closed) this.#flush();
    });
  }

  /** Puts back what the database lacks of these rows, or has in an older version: what a crash left behind. Returns how many. */
  async restore(rows: Iterable<{ readonly table: TableName; readonly id: Uint8Array }>): Promise<number> {
    const asked = new Map<TableName, Uint8Array[]>();
    let restored = 0;
    for (const { table, id } of rows) {
      const ids = asked.get(table) ?? [];
      asked.set(table, ids);
      if (ids.push(id) < RESTORED_AT_ONCE) continue;
      restored += await this.#restore(table, ids);
      asked.delete(table);
    }
    for (const [table, ids] of asked) restored += await this.#restore(table, ids);
    await this.settled();
    return restored;
  }

  async #restore(table: TableName, ids: readonly Uint8Array[]): Promise<number> {
    const { database, index, fromJournal } = this.#options;
    // What is of this start is on its way, and may arrive while the database thinks of its answer.
    const settled = ids.filter((id) => !this.#unwritten.has(rowKey(table, id)));
    const found = new Map((await database.rowVersions(table, settled)).map(({ id, version }) => [rowKey(table, id), version]));
    let restored = 0;
    for (const id of settled) {
      const entry = index.get(table, id)!;
      if ((found.get(rowKey(table, id)) ?? 0) >= entry.version) continue;
      const row = fromJournal(entry.record, table, id);
      if (row === undefined) continue;
      this.put({ ...row, table });
      this.write([row]);
      restored += 1;
    }
    return restored;
  }

  /** Waits for one attempt to write all that waits. */
  async settled(): Promise<void> {
    await this.#writing;
    // Through the one writer: two at once could put an older version over a newer one.
    if (this.#durable.size > 0) this.#flush();
    await this.#writing;
  }

  close(): void {
    this.#closed = true;
  }

  encode<T extends TableName>(table: T, id: Uint8Array, version: number, value: RowOf<T>): BoundRow {
    return { table, id, version, body: encode(schemaOf(table), value) };
  }

  /** Undefined, or after how many milliseconds it is tried again. */
  async #write(): Promise<number | undefined> {
    let written = 0;
    try {
      for (const [key, version] of this.#durable) {
        const row = this.#unwritten.get(key);
        this.#durable.delete(key);
        // A newer version waits for its own record.
        if (row === undefined || row.version > version) continue;
        await this.#put(key, row);
        written += 1;
      }
      if (written > 0) this.#outage.over();
      return undefined;
    } catch (cause) {
      return this.#outage.failed(cause, this.#unwritten.size);
    }
  }

  async #put(key: string, row: BoundRow): Promise<void> {
    try {
      await this.#options.database.putRow({ ...row, mac: this.#options.mac.mac(row) });
    } catch (cause) {
      if (!this.#durable.has(key)) this.#durable.set(key, row.version);
      throw cause;
    }
    if (this.#unwritten.get(key) === row) this.#unwritten.delete(key);
  }

  async #fromDatabase(table: TableName, id: Uint8Array, key: string): Promise<Uint8Array | undefined> {
    const { database, index } = this.#options;
    try {
      const found = await database.getRow(table, id);
      // What the index says counts now, after the wait.
      const waiting = this.#unwritten.get(key);
      const entry = rowInJournal(index, table, id)!;
      return waiting?.version === entry.version ? waiting.body : this.#believed(table, id, found, entry);
    } catch (cause) {
      if (cause instanceof SamRefusal && isRowRefusal(cause.code)) this.#heal(cause.code, table, id);
      throw cause;
    }
  }

  #believed(table: TableName, id: Uint8Array, stored: StoredRow | undefined, entry: IndexEntry): Uint8Array | undefined {
    const { mac, rightfulIds } = this.#options;
    if (stored === undefined) return insteadOfMissing();
    const row: BoundRow = { table, id, version: stored.version, body: stored.body };
    requireAuthentic(mac, row, stored.mac, () => rightfulIds(table, stored.body));
    requireFresh(row, entry);
    requireKnown(mac, row, entry);
    return row.body;
  }

  /** What was refused is reported, and put back from the journal. */
  #heal(code: RowRefusalCode, table: TableName, id: Uint8Array): void {
    const { index, log, report } = this.#options;
    log.warn('row_refused', { code, route: table, record: report(code, table, id) });
    const row = this.#fromJournal(rowInJournal(index, table, id)!, table, id);
    if (row === undefined) return;
    this.put(row);
    this.write([row]);
  }

  /** The row as its durable record has it, if it is the one that the index knows. */
  #fromJournal(entry: IndexEntry, table: TableName, id: Uint8Array): BoundRow | undefined {
    const found = this.#options.fromJournal(entry.record, table, id);
    if (found === undefined) return undefined;
    const row: BoundRow = { table, id, version: found.version, body: found.body };
    return row.version === entry.version && hashMatches(entry, this.#options.mac.hash(row)) ? row : undefined;
  }

  #remember(key: string, version: number, value: unknown): void {
    this.#cache.set(key, { version, value });
  }
}
