// SPDX-License-Identifier: Apache-2.0
// Tries what its row of the process table may or may not allow, and writes what came of it into the file that it was named.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { announceReady, onStop } from '@sigillo/wire';

const [result, allowedFile, otherFile, socket] = process.argv.slice(2) as [string, string, string, string];

function attempt(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

const network = await new Promise<string>((resolve) => {
  try {
    connect(socket, () => resolve('done')).on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  } catch (error) {
    resolve(String((error as NodeJS.ErrnoException).code));
  }
});
const outcome = {
  readAllowed: attempt(() => readFileSync(allowedFile)),
  writeAllowed: attempt(() => writeFileSync(allowedFile, 'changed')),
  readOther: attempt(() => readFileSync(otherFile)),
  spawn: attempt(() => spawnSync('true')),
  worker: attempt(() => new Worker('process.exit()', { eval: true })),
  addon: attempt(() => process.dlopen({ exports: {} }, otherFile)),
  network,
  environment: Object.keys(process.env).sort(),
};
writeFileSync(result, JSON.stringify(outcome));
onStop(() => {});
announceReady();
setInterval(() => {}, 1000);
