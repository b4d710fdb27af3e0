// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Holder, Setting } from '../client/setting.ts';
import type { Ceremonies } from './ceremonies.ts';
import type { Asked } from './process.ts';
import type { Signatures } from './signatures.ts';

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url));

type Asking<T> = { readonly [M in keyof T]: T[M] extends (options: infer O) => infer R ? (options: O) => Promise<Awaited<R>> : never };

/** The methods of the process that makes the load; it ends with this one. */
export interface Generator extends Asking<Pick<Signatures, 'approve' | 'sign'>>, Asking<Pick<Ceremonies, 'ready' | 'perform'>> {
  readonly pid: number;
  close(): Promise<void>;
}

interface Said {
  readonly done?: unknown;
  readonly fault?: string;
}

/** `profiles`: a folder for a CPU profile of it. */
export async function openGenerator(setting: Setting, holders: readonly Holder[], profiles?: string): Promise<Generator> {
  const execArgv = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profiles, 'generator')}`];
  const child = fork(PROGRAM, { execArgv, serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let next = Promise.withResolvers<Said>();
  child.on('message', (message) => next.resolve(message as Said));
  child.on('exit', () => next.resolve({ fault: 'it ended' }));
  const said = async (): Promise<unknown> => {
    const { done, fault } = await next.promise;
    next = Promise.withResolvers();
    if (fault !== undefined) throw new Error(`the load generator: ${fault}`);
    return done;
  };
  const ask = async <T>(asked: Asked): Promise<T> => {
    child.send(asked);
    return (await said()) as T;
  };
  await said();
  await ask({ method: 'open', setting, holders });
  return {
    pid: child.pid!,
    approve: (options) => ask({ method: 'approve', options }),
    sign: (options) => ask({ method: 'sign', options }),
    ready: (options) => ask({ method: 'ready', options }),
    perform: (options) => ask({ method: 'perform', options }),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
