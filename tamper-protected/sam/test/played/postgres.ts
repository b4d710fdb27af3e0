// SPDX-License-Identifier: Apache-2.0
// A real PostgreSQL for the tests of this room, started once; each world has tables of its own.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import pg from 'pg';
import { random } from '@sigillo/wire';

interface Started {
  readonly access: { url(role: string): string; urlFile(role: string): string };
  readonly server: { launch(): { readonly child: ChildProcess; readonly ready: Promise<void> } } | undefined;
}

/** The house's own modules, loaded by address: no room may depend on the house, but a test may ask it for a server. */
export async function fromHouse<T>(path: string): Promise<T> {
  return (await import(new URL(`../../../../house/src/${path}`, import.meta.url).href)) as T;
}

/** Tables of one world, apart from those of all others. */
export interface TestTables {
  /** Connection string of the SAM's role; asked for at each start. */
  readonly url: string;
  /** Runs one statement as the role that owns the tables. */
  asOwner(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
export const MIGRATION: string = readdirSync(MIGRATIONS)
  .sort()
  .map((name) => readFileSync(new URL(name, MIGRATIONS), 'utf8'))
  .join('\n');

async function start(): Promise<{ readonly tables: () => Promise<TestTables> }> {
  const home = mkdtempSync(join(tmpdir(), 'sg-sam-pg-'));
  const sockets = join(home, 'run');
  mkdirSync(sockets);
  const { openDatabases } = await fromHouse<{ openDatabases: (options: object) => Promise<Started> }>('postgres/open.ts');
  const databases = await openDatabases({ home, sockets, ownServer: undefined, random, log: () => undefined, owners: ['sam'] });
  const running = databases.server?.launch();
  await running?.ready;
  const owner = new pg.Pool({ connectionString: databases.access.url('sam_owner'), max: 1 });
  // A connection that is just being closed when the server stops would report that as an error of nobody's.
  const othersGone = async (): Promise<void> => {
    for (let tries = 0; tries < 100; tries++) {
      const [row] = await asOwner("select count(*) as count from pg_stat_activity where usename = 'sam'");
      if (Number(row!['count']) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  after(async () => {
    await othersGone();
    owner.on('error', () => undefined);
    await owner.end();
    await stopped(running?.child);
    rmSync(home, { recursive: true, force: true });
  });
  const asOwner = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await owner.query<Record<string, unknown>>(text, [...values])).rows;
  let count = 0;
  const tables = async (): Promise<TestTables> => {
    const schema = `world_${++count}`;
    await owner.query(
      `create schema ${schema}; set search_path to ${schema}; ${MIGRATION}; grant usage on schema ${schema} to sam; reset search_path`,
    );
    const url = new URL(databases.access.url('sam'));
    url.searchParams.set('options', `-c search_path=${schema}`);
    const inSchema = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> => {
      await asOwner(`set search_path to ${schema}`);
      return asOwner(text, values);
    };
    return { url: url.href, asOwner: inSchema, drop: async () => void (await asOwner(`drop schema ${schema} cascade`)) };
  };
  return { tables };
}

function stopped(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

const server = await start();

/** Fresh tables for one world. */
export function openTables(): Promise<TestTables> {
  return server.tables();
}
