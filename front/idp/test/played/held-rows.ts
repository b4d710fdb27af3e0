// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { house } from './house.ts';

const DEADLINE_MS = 4000;

/** A race that always takes place: the rows are held until `racers` who want to change them have read them as they were. */
export async function racing<T>(select: string, values: readonly unknown[], racers: number, race: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: house.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`${select} for update`, [...values]);
    const ended = race();
    for (const end = performance.now() + DEADLINE_MS; (await waiting(client)) < racers; await pause(5))
      assert.ok(performance.now() < end, `${racers} of them come to the row`);
    await client.query('commit');
    return await ended;
  } finally {
    await client.end();
  }
}

async function waiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>('select count(*)::int as waiting from pg_locks where not granted');
  return rows[0]!.waiting;
}
