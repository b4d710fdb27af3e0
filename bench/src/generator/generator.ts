// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Done, Task } from './process.ts';

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url));

export interface Generator {
  readonly pid: number;
  run(task: Task): Promise<Done>;
  close(): Promise<void>;
}

interface Said {
  readonly done?: Done;
  readonly fault?: string;
}

/** The process that makes the load; it ends with this one. */
export async function openGenerator(): Promise<Generator> {
  const child = fork(PROGRAM, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let next = Promise.withResolvers<Said>();
  child.on('message', (message) => next.resolve(message as Said));
  child.on('exit', () => next.resolve({ fault: 'it ended' }));
  const said = async (): Promise<Said> => {
    const message = await next.promise;
    next = Promise.withResolvers();
    if (message.fault !== undefined) throw new Error(`the load generator: ${message.fault}`);
    return message;
  };
  await said();
  return {
    pid: child.pid!,
    run: async (task) => {
      child.send(task);
      return (await said()).done!;
    },
    close: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
