// SPDX-License-Identifier: Apache-2.0
// A whole deployment of its own, in a home below the temporary folder and on free ports. It ends when this process does.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { house, type Instance } from './by-address.ts';

const PROGRAM = fileURLToPath(new URL('instance-process.ts', import.meta.url));

export interface OwnInstance extends Instance {
  /** The first process of the deployment; all others descend from it. */
  readonly pid: number;
  /** From its start until it said that it is ready, with a home that was there already. */
  readonly warmStartMs: number;
  stop(): Promise<void>;
}

/** Starts it twice: the first start of a home makes its keys and databases, the second one is warm. */
export async function openOwnInstance(): Promise<OwnInstance> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sgb-')));
  try {
    const { freePortBase, instanceOf } = await house();
    const portBase = await freePortBase();
    await end((await start(home, portBase)).child);
    const { child, tookMs } = await start(home, portBase);
    const stop = async (): Promise<void> => {
      await end(child);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    };
    return { ...instanceOf(home, portBase), pid: child.pid!, warmStartMs: tookMs, stop };
  } catch (cause) {
    // The folder stays: its logs say why.
    throw new Error(`the instance did not start; see ${join(home, 'log')}`, { cause });
  }
}

async function start(home: string, portBase: number): Promise<{ readonly child: ChildProcess; readonly tookMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, home, String(portBase)], { stdio: ['pipe', 'pipe', 'inherit'] });
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
