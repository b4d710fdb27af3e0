// SPDX-License-Identifier: Apache-2.0
// One running deployment: a home, its databases, its processes. `npm start`, the rehearsal and the tests of the whole all open it here.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '@sigillo/wire';
import { holdCeremony } from './ceremony/ceremony.ts';
import { writeConfigurations } from './configurations.ts';
import { HouseError } from './error.ts';
import { addressesOf, keepPortBase, openHome, settlePortBase, type Addresses } from './home/home.ts';
import { homeLayout, type HomeLayout } from './home/layout.ts';
import { lockHome } from './home/lock.ts';
import { requireFreePorts } from './home/ports.ts';
import { clearRunFolder, openRunFolder } from './home/run-folder.ts';
import { migrate } from './postgres/migrate.ts';
import { openDatabases } from './postgres/open.ts';
import { genesisRow, PROCESS_GROUPS, processTable, type ProcessName } from './processes.ts';
import { builtSignersPage } from './signers-page.ts';
import { BACK_OFF } from './supervise/back-off.ts';
import { openLogFile } from './supervise/log-file.ts';
import { nodeProcess } from './supervise/node-process.ts';
import type { ProcessRow } from './supervise/process-row.ts';
import { runToEnd } from './supervise/run-to-end.ts';
import { openSupervisor, type Supervisor } from './supervise/supervisor.ts';
import { startSweeper } from './supervise/sweep.ts';

export interface InstanceOptions {
  readonly home: string;
  /** As the person gave it; the home's own base otherwise, or 8400 at its first start. */
  readonly portBase: string | undefined;
  readonly ownDatabaseServer: string | undefined;
  readonly log: Log;
  /** Processes that are not started, because a test plays them. */
  readonly without?: readonly ProcessName[];
  /** Changes a row of the table before its process starts: a test's double. */
  readonly alter?: (row: ProcessRow) => ProcessRow;
  /** Hears of each step of the start. */
  readonly onStep?: (step: string) => void;
}

export interface Instance {
  readonly layout: HomeLayout;
  readonly addresses: Addresses;
  readonly supervisor: Supervisor;
  /** The table of its processes. */
  readonly table: readonly ProcessRow[];
  stop(): Promise<void>;
}

const DEFAULT_PORT_BASE = 8400;
const READY_WITHIN_MS = 45_000;
const STOP_WITHIN_MS = 5000;
const MIGRATIONS = { idp: 'front/idp/migrations', sam: 'tamper-protected/sam/migrations', ca: 'authority/ca/migrations' } as const;
const root = fileURLToPath(new URL('../..', import.meta.url));

export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const home = openHome(options.home);
  const lock = lockHome(home);
  const sweeper = startSweeper(home);
  const supervisor = openSupervisor({ log: options.log, readyWithinMs: READY_WITHIN_MS, stopWithinMs: STOP_WITHIN_MS, backOff: BACK_OFF, onLaunch: (pid) => sweeper.mind(pid) });
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    clearRunFolder(home);
    lock.release();
    await sweeper.dismiss();
  };
  try {
    return { ...(await start(home, supervisor, options)), supervisor, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function start(home: string, supervisor: Supervisor, options: InstanceOptions): Promise<Omit<Instance, 'supervisor' | 'stop'>> {
  const step = options.onStep ?? (() => undefined);
  const addresses = addressesOf(settlePortBase(home, options.portBase, DEFAULT_PORT_BASE));
  await requireFreePorts(addresses.portBase);
  keepPortBase(home, addresses.portBase);
  const layout = homeLayout(home, openRunFolder(home));
  const logFile = (name: string): ReturnType<typeof openLogFile> => openLogFile(join(layout.logs, `${name}.log`));

  step('database');
  const [sic, databases] = await Promise.all([
    builtSignersPage(),
    (async () => {
      const postgresLog = logFile('postgres');
      const opened = await openDatabases({ home, sockets: layout.sockets, ownServer: options.ownDatabaseServer, random: randomBytes, log: (text) => postgresLog.write(text) });
      if (opened.server !== undefined) await supervisor.start(opened.server);
      for (const [owner, folder] of Object.entries(MIGRATIONS)) await migrate(opened.access.url(`${owner}_owner`), join(root, folder));
      return opened;
    })(),
  ]);

  const databaseUrl = (role: string): string => databases.access.urlFile(role);
  const table = processTable({ layout, sic, databaseUrl });
  step('ceremony');
  await holdCeremony({
    layout,
    addresses,
    random: randomBytes,
    now: () => new Date(),
    genesis: (name) => runGenesis(table.find((row) => row.name === name)!, layout, logFile(name)),
    writeConfigurations: () => writeConfigurations({ layout, addresses, sic, databaseUrl }),
  });
  for (const group of PROCESS_GROUPS) {
    const rows = table.filter(({ name }) => group.some((member) => member === name) && options.without?.includes(name) !== true);
    step(rows.map(({ name }) => name).join(', '));
    await Promise.all(rows.map((row) => supervisor.start(nodeProcess(options.alter?.(row) ?? row, logFile(row.name)))));
  }
  return { layout, addresses, table };
}

/** Runs a room's genesis to its end, with the rights of its process and the public folder to write to. */
async function runGenesis(row: ProcessRow, layout: HomeLayout, log: ReturnType<typeof openLogFile>): Promise<void> {
  const genesis = genesisRow(row, layout, row.name === 'demo-officers' ? [layout.folder('officers')] : []);
  const { end } = await runToEnd(genesis, log);
  if (end !== 'exit 0') throw new HouseError('ceremony_failed', `The first-time keys of ${row.name} could not be made (${end}); see ${join(layout.logs, `${row.name}.log`)}.`);
}
