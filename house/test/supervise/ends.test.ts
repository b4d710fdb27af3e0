// SPDX-License-Identifier: Apache-2.0
// Whatever ends a house, nothing of it stays: no process, no socket, no lock.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockHome } from '../../src/home/lock.ts';
import { eventually, isAlive, scratchFolder } from '../scratch.ts';

const SMALL_HOUSE = fileURLToPath(new URL('programs/small-house.ts', import.meta.url));
const NOBODY = 65534;

interface Up {
  readonly house: number;
  readonly sockets: string;
  readonly launched: readonly number[];
}

test('Ctrl-C ends everything, a second house is refused meanwhile', async (t) => {
  const home = scratchFolder();
  const { child, up } = await startHouse(t, [SMALL_HOUSE, home]);
  assert.throws(() => lockHome(home), { code: 'home_in_use', message: new RegExp(`${home}.*${up.house}`) });
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
  await nothingStays(home, up);
});

test('kill -9 of the house leaves nothing behind, and the next house starts', async (t) => {
  const home = scratchFolder();
  const first = await startHouse(t, [SMALL_HOUSE, home]);
  first.child.kill('SIGKILL');
  // The deaf process too goes by the kernel's hand, long before the sweeper loses patience.
  await eventually('the kernel has ended all processes', () => !first.up.launched.some(isAlive), 4000);
  await nothingStays(home, first.up);
  rmSync(join(home, 'up.json'));
  const second = await startHouse(t, [SMALL_HOUSE, home]);
  second.child.kill('SIGKILL');
  // At once, before anything had time to be cleaned up.
  rmSync(join(home, 'up.json'));
  const third = await startHouse(t, [SMALL_HOUSE, home]);
  third.child.kill('SIGTERM');
  await nothingStays(home, third.up);
  assert.ok(!second.up.launched.some(isAlive));
});

test('kill -9 of the bootstrap, and of what ran the bootstrap, ends the house', async (t) => {
  const home = scratchFolder();
  const bootstrap = installedBootstrap();
  const { child, up } = await startHouse(t, [bootstrap, SMALL_HOUSE, home]);
  assert.notEqual(child.pid, up.house);
  child.kill('SIGKILL');
  await nothingStays(home, up);
  rmSync(join(home, 'up.json'));

  const asNpm = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([bootstrap, SMALL_HOUSE, home])}, { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
  const run = await startHouse(t, ['-e', asNpm, home], { npm_lifecycle_event: 'start' });
  run.child.kill('SIGKILL');
  await nothingStays(home, run.up);
});

test('a house with a long path leaves nothing in the folder for temporary files either', async (t) => {
  const home = join(scratchFolder(), 'y'.repeat(120));
  mkdirSync(home);
  const { child, up } = await startHouse(t, [SMALL_HOUSE, home]);
  assert.ok(!up.sockets.startsWith(home) && existsSync(up.sockets));
  child.kill('SIGKILL');
  await nothingStays(home, up);
  assert.ok(!existsSync(up.sockets));
});

test('an ordinary user can run the house too', async (t) => {
  if (process.getuid?.() !== 0) return; // Then every test above was by an ordinary user.
  const asNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  if (spawnSync('setpriv', [...asNobody, 'test', '-r', SMALL_HOUSE]).status !== 0) {
    t.skip('skipped: this folder cannot be read by an ordinary user');
    return;
  }
  const home = scratchFolder();
  chownSync(home, NOBODY, NOBODY);
  const { child, up } = await startHouse(t, [...asNobody, process.execPath, SMALL_HOUSE, home], {}, 'setpriv');
  assert.equal(statSync(join(home, 'pg', 'data')).uid, NOBODY);
  child.kill('SIGKILL');
  await nothingStays(home, up);
});

/** The bootstrap in a folder where nothing is left to install, so that no test ever changes the packages that are there. */
function installedBootstrap(): string {
  const root = scratchFolder();
  const lock = '{}';
  for (const folder of ['house', 'node_modules']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'package-lock.json'), lock);
  writeFileSync(join(root, 'node_modules', '.sigillo-lock'), createHash('sha256').update(lock).digest('hex'));
  symlinkSync(dirname(dirname(process.execPath)), join(root, 'node_modules', `node-${process.platform}-${process.arch}`));
  const bootstrap = join(root, 'house', 'start.mjs');
  copyFileSync(fileURLToPath(new URL('../../start.mjs', import.meta.url)), bootstrap);
  return bootstrap;
}

/** The last argument is the home. */
async function startHouse(
  t: TestContext,
  words: readonly string[],
  environment: Record<string, string> = {},
  program: string = process.execPath,
): Promise<{ child: ChildProcess; up: Up }> {
  const home = words.at(-1)!;
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  t.after(() => child.kill('SIGKILL'));
  const path = join(home, 'up.json');
  await eventually(
    'the house is up',
    () => {
      assert.equal(child.exitCode, null, Buffer.concat(said).toString());
      return existsSync(path) && readFileSync(path, 'utf8').endsWith('}');
    },
    30_000,
  );
  return { child, up: JSON.parse(readFileSync(path, 'utf8')) as Up };
}

async function nothingStays(home: string, { house, sockets, launched }: Up): Promise<void> {
  await eventually('all processes are gone', () => ![house, ...launched].some(isAlive), 20_000);
  await eventually(
    'sockets and lock are gone',
    () => readdirSync(join(home, 'run')).length === 0 && (sockets.startsWith(home) || !existsSync(sockets)),
    20_000,
  );
  assert.ok(!existsSync(join(home, 'pg', 'data', 'postmaster.pid')));
}
