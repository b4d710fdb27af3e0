// SPDX-License-Identifier: Apache-2.0
// A long program beside the tests. It is waited for without standing still: the instance that other tests share hangs on this process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../../src/repository.ts';

export async function runProgram(words: readonly string[]): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  // It ends with this process, however that ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}
