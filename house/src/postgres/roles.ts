// SPDX-License-Identifier: Apache-2.0
// The statements that give an owner its roles and its database. They are the same for the built-in server and for one's own.
import { rolesOf } from './owners.ts';

export type VerifierOf = (role: string) => string;

const CONNECTIONS = { migrator: 3, user: 20 };
const RIGHTS = 'nosuperuser nocreatedb nocreaterole noreplication';

export function statementsForRoles(owner: string, verifierOf: VerifierOf): string[] {
  const [migrator, user] = rolesOf(owner);
  // Whoever owns a database may make tables in it as a member of pg_database_owner; before PostgreSQL 16 only a role that inherits has that.
  return [
    `create role ${migrator} login ${RIGHTS} inherit connection limit ${CONNECTIONS.migrator} password '${verifierOf(migrator)}'`,
    `create role ${user} login ${RIGHTS} noinherit connection limit ${CONNECTIONS.user} password '${verifierOf(user)}'`,
  ];
}

export function statementsForDatabase(owner: string): string[] {
  const [migrator, user] = rolesOf(owner);
  return [
    `create database ${owner} owner ${migrator} template template0 encoding 'UTF8'`,
    `revoke all on database ${owner} from public`,
    `grant connect on database ${owner} to ${user}`,
  ];
}
