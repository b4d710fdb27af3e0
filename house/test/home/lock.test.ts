// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockHome } from '../../src/home/lock.ts';
import { clearRunFolder, openRunFolder } from '../../src/home/run-folder.ts';
import { eventually, scratchFolder } from '../scratch.ts';

const LOCK = new URL('../../src/home/lock.ts', import.meta.url).href;

test('one holder at a time, and the death of the holder gives the lock back', async (t) => {
  const home = scratchFolder();
  const code = `import { lockHome } from ${JSON.stringify(LOCK)}; lockHome(${JSON.stringify(home)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  assert.throws(() => lockHome(home), { code: 'home_in_use', message: new RegExp(`process ${holder.pid}\\b`) });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = lockHome(home);
  lock.release();
  assert.deepEqual(readdirSync(join(home, 'run')), []);
});

test('of many that want the lock of a home at once, exactly one has it at any time', async () => {
  const home = scratchFolder();
  const code = `
    import { lockHome } from ${JSON.stringify(LOCK)};
    import { openSync, closeSync, rmSync } from 'node:fs';
    const inside = ${JSON.stringify(join(home, 'inside'))};
    for (let round = 0; round < 300; ) {
      try {
        const lock = lockHome(${JSON.stringify(home)});
        closeSync(openSync(inside, 'wx'));
        rmSync(inside);
        lock.release();
        round += 1;
      } catch (error) { if (error.code !== 'home_in_use') throw error; }
    }`;
  const runs = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const codes = await Promise.all(runs.map(async (run) => ((await once(run, 'exit')) as [number | null])[0]));
  assert.deepEqual(codes, [0, 0, 0]);
});

test('what a dead run left among the sockets goes, and nothing that is not ours', async () => {
  const home = scratchFolder();
  const own = openRunFolder(home);
  writeFileSync(join(own, 'sam'), '');
  openRunFolder(home);
  assert.deepEqual(readdirSync(own), []);

  const stranger = join(scratchFolder(), 'precious');
  mkdirSync(stranger);
  writeFileSync(join(own, 'elsewhere'), stranger);
  clearRunFolder(home);
  await eventually('the pointer is gone', () => !existsSync(join(own, 'elsewhere')));
  assert.ok(existsSync(stranger));
});

test('a home whose sockets fit nowhere is refused with what to do', () => {
  const home = join(scratchFolder(), 'z'.repeat(120));
  mkdirSync(home);
  assert.throws(() => openRunFolder(home, home), { code: 'home_unusable', message: /TMPDIR/ });
});
