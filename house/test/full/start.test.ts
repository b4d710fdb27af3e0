// SPDX-License-Identifier: Apache-2.0
// `npm start` as a person has it, from the bootstrap on: ready, refused twice on one home, killed without a trace, ready again within seconds.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { freePortBase } from '../../src/rehearse/own-instance.ts';
import { ROOT } from '../../src/repository.ts';
import { eventually, scratchFolder } from '../scratch.ts';
import { NOT_FULL } from './tools.ts';

const WORDS = ['house/start.mjs', 'house/src/main.ts'];
const WARM_WITHIN_MS = 5000;
/** Another room's tests may have both processors for the time of one. */
const WARM_STARTS_MAX = 3;

interface Wanted {
  readonly SIGILLO_HOME: string;
  readonly SIGILLO_PORT?: string;
}

test('npm start: ready, refuses a second start, another port base and a taken port, leaves nothing after kill -9, and ends on Ctrl-C', { skip: NOT_FULL }, async (t) => {
  const home = scratchFolder();
  const base = await freePortBase();
  const first = await start(t, { SIGILLO_HOME: home, SIGILLO_PORT: String(base) });
  assert.equal(first.url, `http://sign.localhost:${base}/`);
  assert.match(refusal({ SIGILLO_HOME: home }), new RegExp(`${home}.*process \\d+`));

  first.child.kill('SIGKILL');
  await eventually('nothing of it runs', () => processesOf(home).length === 0, 15_000);
  await eventually('its sockets are gone', () => readdirSync(join(home, 'run')).length === 0);
  assert.match(refusal({ SIGILLO_HOME: home, SIGILLO_PORT: String(base + 10) }), new RegExp(`port base ${base}`));
  const stranger = createServer();
  await once(stranger.listen(base + 2, '127.0.0.1'), 'listening');
  assert.match(refusal({ SIGILLO_HOME: home }), new RegExp(`Port ${base + 2} `));
  await new Promise((resolve) => stranger.close(resolve));

  const took: number[] = [];
  while (took.every((milliseconds) => milliseconds >= WARM_WITHIN_MS) && took.length < WARM_STARTS_MAX) {
    const warm = await start(t, { SIGILLO_HOME: home });
    took.push(warm.milliseconds);
    warm.child.kill('SIGINT');
    assert.deepEqual(await once(warm.child, 'exit'), [0, null]);
    assert.deepEqual(processesOf(home), []);
    assert.deepEqual(readdirSync(join(home, 'run')), []);
  }
  assert.ok(took.some((milliseconds) => milliseconds < WARM_WITHIN_MS), `warm starts took ${took.map(Math.round).join(', ')} ms`);
});

async function start(t: TestContext, wanted: Wanted): Promise<{ readonly child: ChildProcess; readonly url: string; readonly milliseconds: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, WORDS, { cwd: ROOT, env: { ...process.env, ...wanted }, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const url = /^Sigillo is ready: (.*)$/.exec(line)?.[1];
    if (url !== undefined) return { child, url, milliseconds: performance.now() - started };
  }
  throw new Error('it ended before it was ready');
}

/** What a start says that must fail. */
function refusal(wanted: Wanted): string {
  const { status, stderr } = spawnSync(process.execPath, WORDS, { cwd: ROOT, env: { ...process.env, ...wanted }, encoding: 'utf8' });
  assert.equal(status, 1, stderr);
  return stderr;
}

/** Processes that name this home on their command line: every one of the table, and PostgreSQL. */
function processesOf(home: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name).includes(home));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
  } catch {
    // It has ended since the folder was read.
    return '';
  }
}
