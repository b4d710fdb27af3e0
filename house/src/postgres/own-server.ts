// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL server of the operator's own (SIGILLO_DATABASE_URL). The connection string names an administrator who may create roles and
// databases; it is used once per owner, never kept, and may be left out afterwards. Everything else of it (host, port, TLS) goes into the
// connection strings of the roles.
import pg from 'pg';
import { HouseError } from '../error.ts';
import type { DatabaseAccess } from './access.ts';
import { rolesOf } from './owners.ts';
import { statementsForDatabase, statementsForRoles, type VerifierOf } from './roles.ts';

/** Gives each owner that has none its roles and its database on that server. */
export async function prepareOwnServer(
  administrator: string,
  owners: readonly string[],
  access: DatabaseAccess,
  verifierOf: VerifierOf,
): Promise<void> {
  const missing = owners.filter((owner) => !rolesOf(owner).every((role) => access.isPlaced(role)));
  if (missing.length === 0) return;
  const client = new pg.Client({ connectionString: administrator, application_name: 'sigillo-house' });
  await client.connect().catch((cause: Error) => {
    throw new HouseError('postgres_refused', `The server of SIGILLO_DATABASE_URL does not let the house in: ${cause.message}`, { cause });
  });
  try {
    for (const owner of missing) await create(client, new URL(administrator), owner, access, verifierOf);
  } finally {
    await client.end();
  }
}

async function create(client: pg.Client, server: URL, owner: string, access: DatabaseAccess, verifierOf: VerifierOf): Promise<void> {
  await refuseStrangers(client, owner);
  const [migrator] = rolesOf(owner);
  try {
    for (const statement of statementsForRoles(owner, verifierOf)) await client.query(statement);
    // An administrator who is no superuser must be a member of a role to make a database for it; membership ends with the work.
    await client.query(`grant ${migrator} to current_user`);
    for (const statement of statementsForDatabase(owner)) await client.query(statement);
    await client.query(`revoke ${migrator} from current_user`);
  } catch (cause) {
    await undo(client, owner);
    throw new HouseError(
      'postgres_refused',
      `The administrator of SIGILLO_DATABASE_URL could not create what ${owner} needs: ${(cause as Error).message}`,
      { cause },
    );
  }
  for (const role of rolesOf(owner)) access.place(role, server, owner);
}

/** Half of what an owner needs would stand in the way of the next attempt. */
async function undo(client: pg.Client, owner: string): Promise<void> {
  for (const statement of [`drop database if exists ${owner}`, ...rolesOf(owner).map((role) => `drop role if exists ${role}`)])
    await client.query(statement);
}

/** Roles or a database of these names that this home did not make belong to somebody else, and are not touched. */
async function refuseStrangers(client: pg.Client, owner: string): Promise<void> {
  const found = await client.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any($1) union select datname from pg_database where datname = $2',
    [rolesOf(owner), owner],
  );
  if (found.rows.length === 0) return;
  const names = found.rows.map(({ name }) => name).join(', ');
  throw new HouseError(
    'postgres_refused',
    `The server of SIGILLO_DATABASE_URL already has ${names}, which this home did not make: use another server, or remove them.`,
  );
}
