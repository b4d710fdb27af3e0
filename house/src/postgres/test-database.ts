// SPDX-License-Identifier: Apache-2.0
// A real database for the tests of a room: the built-in server in a folder of its own, migrated, gone afterwards.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from './migrate.ts';
import { openDatabases } from './open.ts';
import type { DatabaseOwner } from './owners.ts';

export interface TestDatabase {
  /** Connection string of the role that the room uses. */
  readonly url: string;
  /** Connection string of the role that owns the tables: for tests that play somebody with every right. */
  readonly ownerUrl: string;
  /** The file (0600) with `url`, as a process gets it. */
  readonly urlFile: string;
  close(): Promise<void>;
}

export async function openTestDatabase(owner: DatabaseOwner, migrations: string): Promise<TestDatabase> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sigillo-db-')));
  const sockets = join(home, 'run');
  mkdirSync(sockets);
  const { access, server } = await openDatabases({
    home,
    sockets,
    ownServer: undefined,
    random: randomBytes,
    log: () => undefined,
    owners: [owner],
  });
  const running = server!.launch();
  await running.ready;
  await migrate(access.url(`${owner}_owner`), migrations);
  return {
    url: access.url(owner),
    ownerUrl: access.url(`${owner}_owner`),
    urlFile: access.urlFile(owner),
    close: async () => {
      const gone = once(running.child, 'exit');
      running.child.kill('SIGINT');
      await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
