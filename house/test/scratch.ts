// SPDX-License-Identifier: Apache-2.0
// What several test files of the house need: a folder that goes away, and a house that is small enough to be killed.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLog, type Log } from '@sigillo/wire';
import { startTimeOf } from '../src/supervise/proc.ts';

const folders: string[] = [];
// Not after the test: what was started in a folder is stopped by hooks of the test that run later than this one's would.
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder with a short path that is removed when the process ends. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sht-')));
  folders.push(folder);
  return folder;
}

/** A log that keeps its lines. */
export function keptLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: openLog('house', (line) => lines.push(line), Date.now), lines };
}

/** Asks again and again until the answer is yes; after `withinMs` it gives up. */
export async function eventually(what: string, ask: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > until) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await pause(10);
  }
}

/** Whether a process of this number exists and is not merely waiting to be collected. */
export function isAlive(pid: number): boolean {
  return startTimeOf(pid) !== undefined;
}
