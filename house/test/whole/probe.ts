// SPDX-License-Identifier: Apache-2.0
// Started with the rights of a process, in its place: tries what it is told to try and prints what became of it, one word an attempt.
import { spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

export type Attempt =
  | { readonly what: 'read' | 'write'; readonly path: string }
  | { readonly what: 'spawn' | 'worker' }
  | { readonly what: 'load'; readonly path: string };

const outcomes = (JSON.parse(process.argv[2] ?? '[]') as readonly Attempt[]).map((attempt) => {
  try {
    attemptTo(attempt);
    return 'done';
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  }
});
process.stdout.write(JSON.stringify(outcomes));

function attemptTo(attempt: Attempt): void {
  switch (attempt.what) {
    case 'read':
      if (statSync(attempt.path).isDirectory()) readdirSync(attempt.path);
      else readFileSync(attempt.path);
      break;
    case 'write':
      openSync(attempt.path, 'a');
      break;
    case 'spawn': {
      const { error } = spawnSync('/bin/true');
      if (error !== undefined) throw error;
      break;
    }
    case 'worker':
      void new Worker('', { eval: true });
      break;
    case 'load':
      process.dlopen({ exports: {} }, attempt.path);
      break;
  }
}
