// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { clearRunFolder, openRunFolder } from '../../src/home/run-folder.ts';
import { openDatabases, type Databases } from '../../src/postgres/open.ts';
import { openSupervisor, type Supervisor } from '../../src/supervise/supervisor.ts';
import { BACK_OFF } from '../../src/supervise/back-off.ts';
import { keptLog } from '../scratch.ts';

export interface Instance {
  readonly databases: Databases;
  readonly supervisor: Supervisor;
  readonly sockets: string;
  /** What the server has written so far. */
  readonly said: () => string;
}

/** Starts the built-in server of a home and stops it after the test. */
export async function startPostgres(t: TestContext, home: string, owners?: readonly string[]): Promise<Instance> {
  const sockets = openRunFolder(home);
  const said: Uint8Array[] = [];
  const options = {
    home,
    sockets,
    ownServer: undefined,
    random: (length: number) => randomBytes(length),
    log: (text: Uint8Array) => void said.push(text),
  };
  const databases = await openDatabases(owners === undefined ? options : { ...options, owners });
  const supervisor = openSupervisor({ log: keptLog().log, readyWithinMs: 20_000, stopWithinMs: 5000, backOff: BACK_OFF });
  t.after(async () => {
    await supervisor.stop();
    clearRunFolder(home);
  });
  await supervisor.start(databases.server!);
  return { databases, supervisor, sockets, said: () => Buffer.concat(said).toString() };
}

/** Runs one statement on a connection of its own. */
export async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
