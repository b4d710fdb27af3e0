// SPDX-License-Identifier: Apache-2.0
// What a rebuild asks of the database beside what the SAM asks: all of the copy, the versions of all rows, and one exchange of the end of
// the copy. No limit of time: a database that waits for its standby is waited for.
import pg from 'pg';
import type { CopiedGroup } from '../database.ts';
import { TABLE_NAMES, type TableName } from '../records/tables.ts';

export interface RowVersion {
  readonly table: TableName;
  readonly id: Uint8Array;
  readonly version: number;
}

export interface RecoveryDatabase {
  /** All groups of the copy by their numbers. */
  groups(): AsyncIterable<Pick<CopiedGroup, 'number' | 'body'>>;
  /** Versions of all rows, as the database says. */
  versions(): AsyncIterable<RowVersion>;
  /** In one step: sets aside what the copy has after a number, and continues it with these groups. */
  continueCopy(after: number, groups: readonly CopiedGroup[]): Promise<void>;
  close(): Promise<void>;
}

const GROUPS_AT_ONCE = 50;
const ROWS_AT_ONCE = 5000;

export async function openRecoveryDatabase(connectionString: string): Promise<RecoveryDatabase> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000, keepAlive: true });
  await client.connect();
  return {
    async *groups() {
      const text = 'select number, body from journal_copy where number > $1 order by number limit $2';
      for (let last = -1; ;) {
        const { rows } = await client.query<{ number: string; body: Buffer }>(text, [last, GROUPS_AT_ONCE]);
        for (const { number, body } of rows) yield { number: Number(number), body };
        if (rows.length < GROUPS_AT_ONCE) return;
        last = Number(rows.at(-1)!.number);
      }
    },
    async *versions() {
      for (const table of TABLE_NAMES) yield* versionsOf(client, table);
    },
    continueCopy: (after, groups) => inTransaction(client, () => continueCopy(client, after, groups)),
    close: () => client.end(),
  };
}

async function* versionsOf(client: pg.Client, table: TableName): AsyncGenerator<RowVersion> {
  const text = `select id, version from ${table} where id > $1 order by id limit $2`;
  for (let last: Uint8Array = Buffer.alloc(0); ;) {
    const { rows } = await client.query<{ id: Buffer; version: string }>(text, [last, ROWS_AT_ONCE]);
    for (const { id, version } of rows) yield { table, id, version: Number(version) };
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1)!.id;
  }
}

async function continueCopy(client: pg.Client, after: number, groups: readonly CopiedGroup[]): Promise<void> {
  await client.query('select set_copy_aside($1)', [after + 1]);
  for (const { number, firstRecord, count, body } of groups)
    await client.query('insert into journal_copy (number, first_record, count, body) values ($1, $2, $3, $4)', [
      number,
      firstRecord,
      count,
      body,
    ]);
}

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  }
}
