// SPDX-License-Identifier: Apache-2.0
// The built-in server as a process in the supervisor's care.
import { spawn } from 'node:child_process';
import type { Launched, Supervised } from '../supervise/supervised.ts';
import type { PostgresBinaries } from './binaries.ts';
import { confinement, DIES_WITH_PARENT } from './confine.ts';
import { settings, type PostgresLayout } from './layout.ts';
import { serverReady } from './ready.ts';

/** `log` takes what the server writes. SIGINT is its fast shutdown: transactions are rolled back, nothing is left to recover. */
export function postgresServer(binaries: PostgresBinaries, layout: PostgresLayout, log: (text: Uint8Array) => void): Supervised {
  return { name: 'postgres', stopSignal: 'SIGINT', launch: () => launch(binaries, layout, log) };
}

function launch(binaries: PostgresBinaries, layout: PostgresLayout, log: (text: Uint8Array) => void): Launched {
  const words = [...confinement(), ...DIES_WITH_PARENT, binaries.postgres, '-D', layout.data, ...settings(layout)];
  // A group of its own: the Ctrl-C of a terminal goes to the house, which stops the services before their database.
  const child = spawn(words[0]!, words.slice(1), { env: layout.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.stdout.on('data', log);
  child.stderr.on('data', log);
  const gone = new AbortController();
  child.once('exit', () => gone.abort());
  const ready = serverReady(layout.data, child.pid ?? 0, gone.signal).then(() =>
    gone.signal.aborted ? new Promise<never>(() => {}) : undefined,
  );
  return { child, ready };
}
