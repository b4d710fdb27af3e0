// SPDX-License-Identifier: Apache-2.0
// The SAM's view of PostgreSQL: rows by primary key, the copy of the journal, and the subjects' keys. Nothing that comes from here is
// believed without its MAC.
import { asBuffer, connectDatabase, type Durability, type Query } from './database-connection.ts';
import { JournalError } from './journal/error.ts';
import { SamRefusal } from './refusals.ts';
import { requireSingle } from './records/checks/row-single.ts';
import type { TableName } from './records/tables.ts';

export interface StoredRow {
  readonly version: number;
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

export interface Database {
  getRow(table: TableName, id: Uint8Array): Promise<StoredRow | undefined>;
  /** Versions of those of these rows that are there, each once. */
  rowVersions(table: TableName, ids: readonly Uint8Array[]): Promise<{ readonly id: Uint8Array; readonly version: number }[]>;
  putRow(row: StoredRow & { readonly table: TableName; readonly id: Uint8Array }): Promise<void>;
  getSubjectKey(signerId: Uint8Array): Promise<Uint8Array | undefined>;
  putSubjectKey(signerId: Uint8Array, wrapped: Uint8Array): Promise<void>;
  /** The state key as the crypto module sealed it, a second time beside the file. */
  getStateKey(): Promise<Uint8Array | undefined>;
  putStateKey(sealed: Uint8Array): Promise<void>;
  /** How many groups the copy has, and its highest number; 0 and 0 when it is empty. */
  copySize(): Promise<{ readonly count: number; readonly highest: number }>;
  copyGroup(number: number): Promise<Uint8Array | undefined>;
  /** Numbers up to `highest` that the copy lacks, at most 10,000 of them. */
  copyGaps(highest: number): Promise<number[]>;
  /** Adds groups; one that is there already stays. Throws `journal_copy_foreign` where it is another one: somebody else writes to this copy. */
  putGroups(groups: readonly CopiedGroup[]): Promise<void>;
  close(): Promise<void>;
}

export interface CopiedGroup {
  readonly number: number;
  readonly firstRecord: number;
  readonly count: number;
  readonly body: Uint8Array;
}

const READ: Readonly<Record<TableName, string>> = statements((table) => `select version, body, mac from ${table} where id = $1 limit 2`);
const VERSIONS: Readonly<Record<TableName, string>> = statements(
  (table) => `select id, min(version) as version from ${table} where id = any($1::bytea[]) group by id having count(*) = 1`,
);
const WRITE: Readonly<Record<TableName, string>> = statements(
  (table) => `insert into ${table} (id, version, body, mac) values ($1, $2, $3, $4)
    on conflict (id) do update set version = excluded.version, body = excluded.body, mac = excluded.mac`,
);

function statements(make: (table: TableName) => string): Record<TableName, string> {
  return {
    signer: make('signer'),
    authenticator: make('authenticator'),
    signing_key: make('signing_key'),
    client: make('client'),
    officer: make('officer'),
    enrolment: make('enrolment'),
  };
}

/** `at`: when a write counts as done. */
export function openDatabase(connectionString: string, onIdleError: (cause: unknown) => void, at: Durability = 'local'): Database {
  const { query, write, transaction, close } = connectDatabase(connectionString, at, onIdleError);
  return {
    async getRow(table, id) {
      const { rows } = await query(`read_${table}`, READ[table], [id]);
      requireSingle(rows);
      const row = rows[0] as { version: unknown; body: unknown; mac: unknown } | undefined;
      return row === undefined ? undefined : { version: Number(row.version), body: bytesOf(row.body), mac: bytesOf(row.mac) };
    },
    async rowVersions(table, ids) {
      const { rows } = await query(`versions_${table}`, VERSIONS[table], [ids.map(asBuffer)]);
      return (rows as { id: unknown; version: unknown }[]).map(({ id, version }) => ({ id: bytesOf(id), version: Number(version) }));
    },
    async putRow(row) {
      await query(`write_${row.table}`, WRITE[row.table], [row.id, row.version, row.body, row.mac]);
    },
    async getSubjectKey(signerId) {
      const row = (await query('read_subject_key', 'select wrapped from subject_key where signer_id = $1', [signerId])).rows[0] as
        { wrapped: Buffer } | undefined;
      return row?.wrapped;
    },
    async putSubjectKey(signerId, wrapped) {
      await write('write_subject_key', 'insert into subject_key (signer_id, wrapped) values ($1, $2)', [signerId, wrapped]);
    },
    async getStateKey() {
      const row = (await query('read_state_key', 'select sealed from state_key', [])).rows[0] as { sealed: Buffer } | undefined;
      return row?.sealed;
    },
    async putStateKey(sealed) {
      const text = 'insert into state_key (sealed) values ($1) on conflict (one) do update set sealed = excluded.sealed';
      await write('write_state_key', text, [sealed]);
    },
    async copySize() {
      const row = (await query('copy_size', 'select count(*) as count, coalesce(max(number), 0) as highest from journal_copy', []))
        .rows[0] as { count: string; highest: string };
      return { count: Number(row.count), highest: Number(row.highest) };
    },
    async copyGroup(number) {
      const row = (await query('copy_group', 'select body from journal_copy where number = $1', [number])).rows[0] as
        { body: Buffer } | undefined;
      return row?.body;
    },
    async copyGaps(highest) {
      const text =
        'select n from generate_series(1, $1::bigint) as n where not exists (select from journal_copy where number = n) order by n limit 10000';
      return ((await query('copy_gaps', text, [highest])).rows as { n: string }[]).map(({ n }) => Number(n));
    },
    async putGroups(groups) {
      const values = valuesOf(groups);
      try {
        await write('copy_put', PUT, values);
      } catch (cause) {
        if (!isThereAlready(cause)) throw cause;
        // After an answer that was lost they are there already, or some of them. All or none: no group stands behind another journal's.
        await transaction((inside) => putAgain(inside, values));
      }
    },
    close,
  };
}

const PUT = 'insert into journal_copy (number, first_record, count, body) select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])';
const OTHERS = 'select c.number from journal_copy c join unnest($1::bigint[], $2::bytea[]) as g (number, body) on c.number = g.number where c.body <> g.body limit 1';

type GroupValues = readonly [numbers: number[], firstRecords: number[], counts: number[], bodies: Buffer[]];

function valuesOf(groups: readonly CopiedGroup[]): GroupValues {
  return [
    groups.map(({ number }) => number),
    groups.map(({ firstRecord }) => firstRecord),
    groups.map(({ count }) => count),
    groups.map(({ body }) => asBuffer(body)),
  ];
}

async function putAgain(query: Query, values: GroupValues): Promise<void> {
  await query('copy_put_again', `${PUT} on conflict (number) do nothing`, values);
  const [other] = (await query('copy_others', OTHERS, [values[0], values[3]])).rows as { number: string }[];
  if (other !== undefined) throw new JournalError('journal_copy_foreign', `group ${other.number} of the copy is not this journal's`);
}

const UNIQUE_VIOLATION = '23505';

function isThereAlready(cause: unknown): boolean {
  return cause instanceof SamRefusal && (cause.cause as { code?: unknown } | undefined)?.code === UNIQUE_VIOLATION;
}

/** Whoever alters a table may make a column null, or of another type: it holds no bytes then, and no MAC covers that. */
function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
