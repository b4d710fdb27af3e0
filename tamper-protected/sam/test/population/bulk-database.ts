// SPDX-License-Identifier: Apache-2.0
// A database to which new rows go in large batches. What is read back is what it was; rows that are there already are not changed.
import type { CopiedGroup, Database } from '../../src/database.ts';
import { type Column, CopyIn } from './copy-in.ts';

const BATCH = 4000;

export interface BulkDatabase extends Database {
  /** From here on every row, group and subject key is a new one. */
  begin(): void;
  /** Writes what was gathered, and goes back to single statements. */
  end(): Promise<void>;
}

export function bulkDatabase(database: Database, connectionString: string): BulkDatabase {
  let bulk: Bulk | undefined;
  return {
    ...database,
    begin: () => void (bulk = new Bulk(connectionString)),
    async end() {
      const ending = bulk;
      bulk = undefined;
      await ending?.close();
    },
    putRow: (row) => bulk?.add(row.table, 'id, version, body, mac', [row.id, row.version, row.body, row.mac]) ?? database.putRow(row),
    putSubjectKey: (signerId, wrapped) => bulk?.add('subject_key', 'signer_id, wrapped', [signerId, wrapped]) ?? database.putSubjectKey(signerId, wrapped),
    putGroups: (groups) => bulk?.addGroups(groups) ?? database.putGroups(groups),
  };
}

class Bulk {
  readonly #rows: CopyIn;
  readonly #groups: CopyIn;
  readonly #gathered = new Map<string, { readonly columns: string; rows: (readonly Column[])[] }>();

  constructor(connectionString: string) {
    this.#rows = new CopyIn(connectionString);
    this.#groups = new CopyIn(connectionString);
  }

  add(table: string, columns: string, row: readonly Column[]): Promise<void> {
    const gathered = this.#gathered.get(table) ?? { columns, rows: [] };
    this.#gathered.set(table, gathered);
    gathered.rows.push(row);
    return gathered.rows.length < BATCH ? Promise.resolve() : this.#flush(table, gathered);
  }

  addGroups(groups: readonly CopiedGroup[]): Promise<void> {
    const rows = groups.map(({ number, firstRecord, count, body }) => [number, firstRecord, count, body]);
    return this.#groups.add('journal_copy', 'number, first_record, count, body', rows);
  }

  async close(): Promise<void> {
    for (const [table, gathered] of this.#gathered) await this.#flush(table, gathered);
    await this.#rows.close();
    await this.#groups.close();
  }

  #flush(table: string, gathered: { readonly columns: string; rows: (readonly Column[])[] }): Promise<void> {
    const { rows } = gathered;
    gathered.rows = [];
    return this.#rows.add(table, gathered.columns, rows);
  }
}
