// SPDX-License-Identifier: Apache-2.0
// How a process ends with the house that holds it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Readable } from 'node:stream';

const source = new URL('../src/index.ts', import.meta.url).href;
const program = (stop: string): string => `
  const { announceReady, onStop } = await import(${JSON.stringify(source)});
  setInterval(() => {}, 1000);
  onStop(${stop});
  announceReady();
`;

async function started(stop: string, lifeline: boolean): Promise<ChildProcess> {
  const environment = { ...process.env, ...(lifeline ? { SIGILLO_LIFELINE: 'stdin' } : {}) };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(stop)], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'], env: environment });
  const [line] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer];
  assert.equal(line.toString(), '{"ready":true}\n');
  return child;
}

const CLEAN = "async () => { process.stdout.write('stopped'); }";

test('when the house is gone, it stops in order', async () => {
  const child = await started(CLEAN, true);
  const said = once(child.stdout!, 'data');
  child.stdin!.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.equal(String((await said)[0]), 'stopped');
});

test('when it is asked to, once and for all', async () => {
  const child = await started(CLEAN, false);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  child.kill('SIGINT');
  assert.deepEqual(await exit, [0, null]);
});

test('a stop that fails says so by its exit', async () => {
  const child = await started("() => { throw new Error('x'); }", true);
  child.stdin!.end();
  assert.deepEqual(await once(child, 'exit'), [1, null]);
});

test('without the lifeline, standard input means nothing', async () => {
  const child = await started(CLEAN, false);
  child.stdin!.end();
  const ended = await Promise.race([once(child, 'exit').then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 200))]);
  assert.equal(ended, false);
  child.kill('SIGKILL');
  await once(child, 'exit');
});
