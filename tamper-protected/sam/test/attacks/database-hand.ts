// SPDX-License-Identifier: Apache-2.0
// What whoever has every right on PostgreSQL does: reads, writes, keeps and puts back rows, replaces tables by views. He has no key of the
// SAM's, so whatever he writes carries a MAC that he found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@sigillo/doors/schema';
import { type RowOf, schemaOf, TABLE_NAMES, type TableName } from '../../src/records/tables.ts';
import type { World } from '../played/world.ts';

export interface KeptRow {
  readonly version: number;
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

export class DatabaseHand {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  run(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.#world.tables.asOwner(text, values);
  }

  async read(table: TableName, id: Uint8Array): Promise<KeptRow> {
    await this.#world.sam.state.rows.settled();
    const [row] = await this.run(`select version, body, mac from ${table} where id = $1`, [id]);
    return { version: Number(row!['version']), body: new Uint8Array(row!['body'] as Buffer), mac: new Uint8Array(row!['mac'] as Buffer) };
  }

  async put(table: TableName, id: Uint8Array, { version, body, mac }: KeptRow): Promise<void> {
    await this.run(
      `insert into ${table} (id, version, body, mac) values ($1, $2, $3, $4)
       on conflict (id) do update set version = excluded.version, body = excluded.body, mac = excluded.mac`,
      [id, version, body, mac],
    );
  }

  /** The same row with other columns, as a body that decodes; MAC and version stay. */
  async edited<T extends TableName>(table: T, id: Uint8Array, changes: (columns: RowOf<T>) => Partial<RowOf<T>>): Promise<KeptRow> {
    const kept = await this.read(table, id);
    const columns = decode(schemaOf(table), kept.body);
    return { ...kept, body: encode(schemaOf(table), { ...columns, ...changes(columns) }) };
  }

  async edit<T extends TableName>(table: T, id: Uint8Array, changes: (columns: RowOf<T>) => Partial<RowOf<T>>): Promise<void> {
    await this.put(table, id, await this.edited(table, id, changes));
  }

  async delete(table: TableName, id: Uint8Array): Promise<void> {
    await this.run(`delete from ${table} where id = $1`, [id]);
  }

  /** Keeps all rows as they are now; the promised function puts them back. */
  async snapshot(): Promise<() => Promise<void>> {
    await this.#world.sam.state.rows.settled();
    await this.#world.sam.state.copy.settled();
    const tables = [...TABLE_NAMES, 'subject_key', 'journal_copy'];
    for (const table of tables) await this.run(`create table kept_${table} as table ${table}`);
    return async () => {
      for (const table of tables) await this.run(
        `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`,
      );
    };
  }

  /** Rows that reads of a table are told instead; `from` says from which answer on. */
  async lieAbout(table: TableName, id: Uint8Array, { version, body, mac }: KeptRow, from: number = 1): Promise<void> {
    await this.run(`alter table ${table} rename to ${table}_true`);
    await this.run(`create table ${table}_lie (id bytea, version bigint, body bytea, mac bytea)`);
    await this.run(`insert into ${table}_lie values ($1, $2, $3, $4)`, [id, version, body, mac]);
    await this.run(`create sequence ${table}_answers`);
    const schema = await this.#schema();
    await this.run(`create function ${table}_lies(asked bytea) returns boolean volatile security definer language plpgsql as $$ begin
      return exists (select from ${schema}.${table}_lie where id = asked) and nextval('${schema}.${table}_answers') >= ${from}; end $$`);
    await this.run(`create view ${table} as
      select t.id, case when l.lies then w.version else t.version end as version, case when l.lies then w.body else t.body end as body,
        case when l.lies then w.mac else t.mac end as mac
      from ${table}_true t cross join lateral (select ${table}_lies(t.id) as lies offset 0) l left join ${table}_lie w on w.id = t.id`);
    await this.run(`grant select, insert, update on ${table} to sam`);
  }

  async #schema(): Promise<string> {
    const [row] = await this.run('select current_schema() as name');
    return row!['name'] as string;
  }
}

/** As the SAM itself opens it, for rows as only another SAM or another table could have them; no attacker at the database has it. */
export function stateKeyOf({ sam, folder }: World): Promise<Uint8Array> {
  return sam.state.cryptoModule.unseal(readFileSync(join(folder, 'sam', 'state.key')));
}
