// SPDX-License-Identifier: Apache-2.0
// A process of the table as something in the supervisor's care. It hangs on the house twice: by the kernel's signal at the death of its
// parent, and by standard input, whose other end only the house holds.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { platform } from 'node:process';
import type { Readable } from 'node:stream';
import type { LogFile } from './log-file.ts';
import { environmentOf, nodeArguments, type ProcessRow } from './process-row.ts';
import type { Launched, Supervised } from './supervised.ts';

/** The kernel kills it with its parent, and it can never gain rights by running another program. */
const HELD: readonly string[] = platform === 'linux' ? ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL', '--'] : [];
const READY_LINE_BYTES_MAX = 1024;

export function nodeProcess(row: ProcessRow, log: LogFile): Supervised {
  return { name: row.name, stopSignal: 'SIGTERM', launch: () => launch(row, log) };
}

function launch(row: ProcessRow, log: LogFile): Launched {
  if (row.compileCache !== undefined) mkdirSync(row.compileCache, { recursive: true, mode: 0o700 });
  const words = [...HELD, process.execPath, ...nodeArguments(row)];
  const child = spawn(words[0]!, words.slice(1), { env: environmentOf(row), stdio: ['pipe', 'pipe', 'pipe', 'pipe'], detached: true });
  const write = (text: Uint8Array): void => log.write(text);
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  // Standard input carries nothing; a process that ends first makes its pipe fail, which its end says already.
  child.stdin.on('error', () => {});
  return { child, ready: saysReady(child) };
}

function saysReady(child: ChildProcess): Promise<void> {
  const line = child.stdio[3] as Readable;
  let said = '';
  return new Promise((resolve) => {
    line.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (said.startsWith('{"ready":true}\n')) resolve();
      if (said.length > READY_LINE_BYTES_MAX) line.destroy();
    });
  });
}
