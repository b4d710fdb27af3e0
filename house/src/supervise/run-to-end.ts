// SPDX-License-Identifier: Apache-2.0
// A program that does one thing and ends, with the rights of its row.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environmentOf, nodeArguments, type ProcessRow } from './process-row.ts';

/** What it wrote goes to the log; what it said to the person (standard error) is given besides. */
export async function runToEnd(row: ProcessRow, log: { write(text: Uint8Array): void }): Promise<{ readonly end: string; readonly said: string }> {
  const child = spawn(process.execPath, nodeArguments(row), { env: environmentOf({ ...row, compileCache: undefined }), stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (text: Buffer) => log.write(text));
  child.stderr.on('data', (text: Buffer) => {
    said.push(text);
    log.write(text);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { end: signal ?? `exit ${code}`, said: Buffer.concat(said).toString() };
}
