// SPDX-License-Identifier: Apache-2.0
// A whole deployment of its own, in a home below the temporary folder and on free ports. It ends when this process does.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { house, type Instance } from './by-address.ts';
import type { Known } from './crew.ts';
import { populateHome } from './population.ts';

const PROGRAM = fileURLToPath(new URL('instance-process.ts', import.meta.url));

export interface InstanceOptions {
  /** Of new keys; that of the house's policy otherwise. */
  readonly keyAlgorithm?: 'RSA-3072';
  /** False: the SAM's disk is memory. */
  readonly journal?: false;
  /** So many credentials are there before its first start. */
  readonly credentials?: number;
  /** A folder that gets a CPU profile of each process when it ends. */
  readonly profiles?: string | undefined;
}

export interface OwnInstance extends Instance {
  readonly home: string;
  readonly profiles: string | undefined;
  /** Signers who were there before the first start. */
  readonly population: readonly Known[];
  /** The first process of the deployment; all others descend from it. */
  pid: number;
  /** From its last start until it said that it is ready. */
  startMs: number;
  /** Stops it and starts it once more with the same home. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function openOwnInstance(options: InstanceOptions = {}): Promise<OwnInstance> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sgb-')));
  const { freePortBase, instanceOf } = await house();
  const portBase = await freePortBase();
  const started = (): ReturnType<typeof start> => start({ ...options, home, portBase });
  const first = async () => ({ population: options.credentials === undefined ? [] : populateHome(home, portBase, options.credentials), ...(await started()) });
  const begun = await first().catch((cause: unknown) => {
    // The folder stays: its logs say why.
    throw new Error(`the instance did not start; see ${join(home, 'log')}`, { cause });
  });
  let { child } = begun;
  const instance: OwnInstance = {
    ...instanceOf(home, portBase),
    home,
    profiles: options.profiles,
    population: begun.population,
    pid: child.pid!,
    startMs: begun.tookMs,
    restart: async () => {
      await end(child);
      const again = await started();
      ({ child } = again);
      Object.assign(instance, { pid: child.pid, startMs: again.tookMs });
    },
    stop: async () => {
      await end(child);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return instance;
}

async function start(options: object): Promise<{ readonly child: ChildProcess; readonly tookMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (!Buffer.isBuffer(said)) throw new Error('it ended before it was ready');
  return { child, tookMs: performance.now() - started };
}

/** Its standard input closes; so it does when this process is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
}
