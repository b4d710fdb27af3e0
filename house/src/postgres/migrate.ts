// SPDX-License-Identifier: Apache-2.0
// Brings the tables of an owner to what this version needs, as the migrating role, before the services start. All that is new is applied in
// one transaction together with its entry in the list of what was applied: a crash leaves the old state or the new one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import Postgrator from 'postgrator';
import { HouseError } from '../error.ts';

/** Any number; two houses on one server take turns with it. */
const ADVISORY_LOCK = 5_115_110;

/** Applies the files `NNN.do.what.sql` of a folder. Returns the names of those that were new. */
export async function migrate(url: string, folder: string): Promise<string[]> {
  if (!readdirSync(folder).some((file) => file.endsWith('.sql')))
    throw new HouseError('migration_failed', `There are no migrations in ${folder}.`);
  const client = new pg.Client({ connectionString: url, application_name: 'sigillo-house' });
  await client.connect().catch((cause: Error) => {
    throw new HouseError('postgres_refused', `The database of ${folder} does not answer: ${cause.message}`, { cause });
  });
  try {
    return await inTransaction(client, () => apply(client, folder));
  } catch (cause) {
    throw new HouseError('migration_failed', `The tables of ${folder} could not be brought up to date: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, folder: string): Promise<string[]> {
  await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCK})`);
  const postgrator = new Postgrator({
    driver: 'pg',
    migrationPattern: join(literally(folder), '*.sql'),
    schemaTable: 'migrations',
    validateChecksums: true,
    execQuery: (query) => client.query(query),
  });
  return (await postgrator.migrate()).map(({ version, name }) => `${version} ${name}`);
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** A folder's name may contain what a pattern would read as a wildcard. */
function literally(path: string): string {
  return path.replaceAll(/[?*()[\]{}!]/g, (character) => `[${character}]`);
}
