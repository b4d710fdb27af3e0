// SPDX-License-Identifier: Apache-2.0
// The house's end of the pipe to the sweeper.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTimeOf } from './proc.ts';

export interface Sweeper {
  /** Tells it of a process that it must see gone. */
  mind(pid: number): void;
  /** The house ends in good order and has removed everything itself. */
  dismiss(): Promise<void>;
}

export function startSweeper(home: string): Sweeper {
  const program = fileURLToPath(new URL('sweeper.ts', import.meta.url));
  const child = spawn(process.execPath, [program, home], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  const ended = once(child, 'exit');
  const say = (word: unknown): void => {
    if (child.stdin.writable) child.stdin.write(`${JSON.stringify(word)}\n`);
  };
  child.stdin.on('error', () => {});
  // It must not keep a house alive that has nothing else to do.
  child.unref();
  return {
    mind: (pid) => say({ pid, startTime: startTimeOf(pid) ?? 'gone' }),
    dismiss: async () => {
      child.ref();
      say({ goodbye: true });
      child.stdin.end();
      await ended;
    },
  };
}
