// SPDX-License-Identifier: Apache-2.0
// The databases of a home: on the built-in server, or on one's own. The choice is made with the first start and stays.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HouseError } from '../error.ts';
import type { Supervised } from '../supervise/supervised.ts';
import { openDatabaseAccess, socketServer, type DatabaseAccess } from './access.ts';
import { findBinaries, linkLibraries } from './binaries.ts';
import { requireConfinement } from './confine.ts';
import { initialise } from './initialise.ts';
import { postgresLayout } from './layout.ts';
import { DATABASE_OWNERS, rolesOf } from './owners.ts';
import { endFormerServer } from './ready.ts';
import { scramVerifier } from './scram.ts';
import { postgresServer } from './server.ts';
import { prepareOwnServer } from './own-server.ts';

export interface DatabaseOptions {
  readonly home: string;
  /** A folder short enough for sockets. */
  readonly sockets: string;
  /** The value of SIGILLO_DATABASE_URL, if it is set. */
  readonly ownServer: string | undefined;
  readonly random: (length: number) => Uint8Array;
  /** Takes what the built-in server writes. */
  readonly log: (text: Uint8Array) => void;
  readonly owners?: readonly string[];
}

export interface Databases {
  readonly access: DatabaseAccess;
  /** The built-in server, to be started before anything else; absent where the server is one's own. */
  readonly server: Supervised | undefined;
}

const SALT_BYTES = 16;
const FORMER_SERVER_PATIENCE_MS = 5000;

export async function openDatabases(options: DatabaseOptions): Promise<Databases> {
  const { home, random, owners = DATABASE_OWNERS } = options;
  const access = openDatabaseAccess(join(home, 'keys'), random);
  const verifierOf = (role: string): string => scramVerifier(access.password(role), random(SALT_BYTES));
  const builtIn = existsSync(join(home, 'pg', 'data'));
  const elsewhere = !builtIn && owners.some((owner) => rolesOf(owner).some((role) => access.isPlaced(role)));
  if (builtIn && options.ownServer !== undefined) {
    throw new HouseError(
      'database_elsewhere',
      `The data of ${home} is in its built-in PostgreSQL: SIGILLO_DATABASE_URL cannot change that.`,
    );
  }
  if (options.ownServer === undefined && !elsewhere) return { access, server: await builtInServer(options, owners, access, verifierOf) };
  if (options.ownServer !== undefined) await prepareOwnServer(options.ownServer, owners, access, verifierOf);
  return { access, server: undefined };
}

async function builtInServer(
  options: DatabaseOptions,
  owners: readonly string[],
  access: DatabaseAccess,
  verifierOf: (role: string) => string,
): Promise<Supervised> {
  const binaries = findBinaries();
  const layout = postgresLayout(options.home, options.sockets, binaries.libraries);
  requireConfinement();
  linkLibraries(binaries, layout.libraryLinks);
  await endFormerServer(layout.data, FORMER_SERVER_PATIENCE_MS);
  initialise({ binaries, layout, owners, verifierOf });
  for (const owner of owners) {
    for (const role of rolesOf(owner)) access.place(role, socketServer(options.sockets), owner);
  }
  return postgresServer(binaries, layout, options.log);
}
