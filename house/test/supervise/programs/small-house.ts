// SPDX-License-Identifier: Apache-2.0
// A house with a database, a good process and a deaf one, to be ended in every way there is. Says the processes it has in a file.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@sigillo/wire';
import { lockHome } from '../../../src/home/lock.ts';
import { clearRunFolder, openRunFolder } from '../../../src/home/run-folder.ts';
import { openDatabases } from '../../../src/postgres/open.ts';
import { BACK_OFF } from '../../../src/supervise/back-off.ts';
import { openLogFile } from '../../../src/supervise/log-file.ts';
import { nodeProcess } from '../../../src/supervise/node-process.ts';
import { watchStarter } from '../../../src/supervise/starter.ts';
import { openSupervisor } from '../../../src/supervise/supervisor.ts';
import { startSweeper } from '../../../src/supervise/sweep.ts';

const home = process.argv[2]!;
const lock = lockHome(home);
const sockets = openRunFolder(home);
const sweeper = startSweeper(home);
const log = openLog('house', (line) => process.stdout.write(line), Date.now);
const launched: number[] = [];
const onLaunch = (pid: number): void => {
  launched.push(pid);
  sweeper.mind(pid);
};
const supervisor = openSupervisor({ log, readyWithinMs: 20_000, stopWithinMs: 500, backOff: BACK_OFF, onLaunch });

async function stop(): Promise<void> {
  await supervisor.stop();
  clearRunFolder(home);
  await sweeper.dismiss();
  lock.release();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
watchStarter(() => void stop());

const postgresLog = openLogFile(join(home, 'log', 'postgres.log'));
const { server } = await openDatabases({
  home,
  sockets,
  ownServer: undefined,
  random: (length) => randomBytes(length),
  log: postgresLog.write,
  owners: ['sam'],
});
await supervisor.start(server!);
for (const name of ['steady', 'deaf']) {
  const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const row = {
    name,
    program,
    arguments: [join(sockets, name)],
    reads: [],
    writes: [sockets],
    network: true,
    addons: false,
    compileCache: undefined,
  };
  await supervisor.start(nodeProcess(row, openLogFile(join(home, 'log', `${name}.log`))));
}
writeFileSync(join(home, 'up.json'), JSON.stringify({ house: process.pid, sockets, launched }));
