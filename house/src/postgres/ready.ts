// SPDX-License-Identifier: Apache-2.0
// What `postmaster.pid` says. Its first line is the server's process, its eighth the state; a dead run leaves the file behind, so its words
// count only together with the process they name.
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HouseError } from '../error.ts';

const POLL_MS = 4;
const STATE_LINE = 7;

/** Waits until the server with this process id answers. It never rejects: whoever started the server sees its death. */
export async function serverReady(data: string, pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const lines = postmasterLines(data);
    if (Number(lines[0]) === pid && lines[STATE_LINE]?.trim() === 'ready') return;
    await pause(POLL_MS);
  }
}

/**
 * Waits for the processes of a server that a killed house left, ends those that take too long, and removes their `postmaster.pid`: the
 * number in it may be somebody else's by now, and PostgreSQL would not start. The caller holds the home's lock.
 */
export async function endFormerServer(data: string, patienceMs: number): Promise<void> {
  if (!existsSync(data)) return;
  const until = performance.now() + patienceMs;
  for (let left = processesIn(data); left.length > 0; left = processesIn(data)) {
    if (performance.now() > until + patienceMs)
      throw new HouseError('postgres_failed', `PostgreSQL process ${left[0]} of an earlier run does not end.`);
    const postmaster = Number(postmasterLines(data)[0]);
    // Without its postmaster a backend ends by itself; SIGQUIT ends any of them at once and leaves the recovery to the next start.
    if (performance.now() > until) left.forEach((pid) => signal(pid, 'SIGQUIT'));
    else if (left.includes(postmaster)) signal(postmaster, 'SIGINT');
    await pause(POLL_MS * 5);
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** PostgreSQL's processes work in the data folder, and nothing else does. */
function processesIn(data: string): number[] {
  const folder = realpathSync(data);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingFolder(name) === folder)
    .map(Number);
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // It has just ended, or is another user's.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function postmasterLines(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
