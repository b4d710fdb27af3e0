// SPDX-License-Identifier: Apache-2.0
// The one who comes after the house. The kernel ends the processes of a house that was killed, but sockets and lock files stay. This small
// process holds the other end of a pipe: when the house ends without having said goodbye, it waits for the processes it was told of, kills
// what is left of them, and removes what is left in the folder of the sockets, unless another house has taken the home by then.
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { HouseError } from '../error.ts';
import { lockHome } from '../home/lock.ts';
import { clearRunFolder } from '../home/run-folder.ts';
import { startTimeOf } from './proc.ts';

const PATIENCE_MS = 8000;
const POLL_MS = 20;

type Word = { readonly pid: number; readonly startTime: string } | { readonly goodbye: true };

async function sweep(home: string): Promise<void> {
  const known: { pid: number; startTime: string }[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const word = JSON.parse(line) as Word;
    if ('goodbye' in word) return;
    known.push(word);
  }
  await outlive(known);
  removeLeftovers(home);
}

async function outlive(known: readonly { pid: number; startTime: string }[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  const left = (): typeof known => known.filter(({ pid, startTime }) => startTimeOf(pid) === startTime);
  while (left().length > 0) {
    if (performance.now() > until) left().forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    await pause(POLL_MS);
  }
}

function removeLeftovers(home: string): void {
  if (!existsSync(home)) return;
  try {
    const lock = lockHome(home);
    clearRunFolder(home);
    lock.release();
  } catch (error) {
    if (!(error instanceof HouseError && error.code === 'home_in_use')) throw error;
  }
}

// Ctrl-C and the like are for the house; this process ends when the house has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
await sweep(process.argv[2]!);
