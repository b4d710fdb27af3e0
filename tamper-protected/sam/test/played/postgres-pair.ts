// SPDX-License-Identifier: Apache-2.0
// Two PostgreSQL servers of the machine's own packages, the second a synchronous standby of the first. npm's PostgreSQL lacks pg_basebackup.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { fromHouse, MIGRATION, type TestTables } from './postgres.ts';

/** Folder of the programs, or undefined where the package is not here. */
export const PAIR_PROGRAMS: string | undefined = globSync('/usr/lib/postgresql/*/bin/pg_basebackup').sort().map((path) => dirname(path)).at(-1);

const WITHIN_MS = 20_000;
const DATABASE = 'sam';

/** As whom the programs run, and that they die with the test. */
const { confinement, DIES_WITH_PARENT } = await fromHouse<{ confinement: () => readonly string[]; DIES_WITH_PARENT: readonly string[] }>('postgres/confine.ts');

export class PairServer {
  readonly #data: string;
  readonly #sockets: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;

  constructor(folder: string, name: string, settings: readonly string[]) {
    this.#data = join(folder, `${name}-data`);
    this.#sockets = join(folder, name);
    this.#settings = settings;
    mkdirSync(this.#sockets);
  }

  get data(): string {
    return this.#data;
  }

  get sockets(): string {
    return this.#sockets;
  }

  url(role: string, database: string = DATABASE): string {
    return `postgresql://${role}@${encodeURIComponent(this.#sockets)}/${database}`;
  }

  async start(): Promise<void> {
    const settings = { listen_addresses: '', unix_socket_directories: this.#sockets, max_connections: '40', shared_buffers: '16MB', log_min_messages: 'fatal' };
    const words = [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), ...this.#settings].flatMap((setting) => ['-c', setting]);
    const all = [...confinement(), ...DIES_WITH_PARENT, join(PAIR_PROGRAMS!, 'postgres'), '-D', this.#data, ...words];
    this.#child = spawn(all[0]!, all.slice(1), { stdio: 'ignore', env: environment() });
    await eventually(`${this.#sockets} answers`, async () => (await this.ask('select 1 as one')).length === 1);
  }

  /** As when the machine is gone: the server and every process of it. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // The postmaster's children notice that it is gone by themselves.
    child.kill('SIGKILL');
    await gone;
    rmSync(join(this.#data, 'postmaster.pid'), { force: true });
  }

  async promote(): Promise<void> {
    await this.ask('select pg_promote()');
    await eventually('it is promoted', async () => (await this.ask('select pg_is_in_recovery() as standby'))[0]!['standby'] === false);
  }

  async ask(text: string, values: readonly unknown[] = [], role = 'postgres', database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(role, database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

export interface Pair {
  readonly first: PairServer;
  readonly second: PairServer;
  /** The SAM's tables, on the first server until the second is promoted. */
  readonly tables: TestTables;
  failOver(): Promise<void>;
  close(): Promise<void>;
}

/** The first server does not answer a commit before the second has it on its disk. */
export async function openPair(): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'sgpp-'));
  const first = new PairServer(folder, 'a', []);
  const second = new PairServer(folder, 'b', ["synchronous_standby_names="]);
  run('initdb', '-D', first.data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync');
  await first.start();
  await first.ask('create role sam_owner login');
  await first.ask('create role sam login');
  await first.ask(`create database ${DATABASE} owner sam_owner`);
  await first.ask(MIGRATION, [], 'sam_owner', DATABASE);
  run('pg_basebackup', '-h', first.sockets, '-U', 'postgres', '-D', second.data, '--checkpoint=fast', '--no-sync', '-X', 'stream');
  writeFileSync(join(second.data, 'standby.signal'), '');
  writeFileSync(join(second.data, 'postgresql.auto.conf'), `primary_conninfo = 'host=${first.sockets} user=postgres application_name=second'\n`);
  await second.start();
  await first.ask("alter system set synchronous_standby_names = 'second'");
  await first.ask('select pg_reload_conf()');
  await eventually('the standby is synchronous', async () => (await first.ask("select 1 from pg_stat_replication where sync_state = 'sync'")).length === 1);
  let serving = first;
  return {
    first,
    second,
    tables: {
      get url() {
        return serving.url('sam');
      },
      asOwner: (text, values = []) => serving.ask(text, values, 'sam_owner', DATABASE),
      drop: () => Promise.resolve(),
    },
    async failOver() {
      await second.promote();
      serving = second;
    },
    async close() {
      await Promise.all([first.kill(), second.kill()]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    if (await ask().catch(() => false)) return;
    if (performance.now() > until) throw new Error(`did not happen within ${WITHIN_MS} ms: ${what}`);
    await pause(50);
  }
}

function run(program: string, ...words: readonly string[]): void {
  const all = [...confinement(), join(PAIR_PROGRAMS!, program), ...words];
  const { status, stderr, error } = spawnSync(all[0]!, all.slice(1), { encoding: 'utf8', env: environment() });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr ?? String(error)}`);
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}
