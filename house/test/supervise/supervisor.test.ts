// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { backOffMs } from '../../src/supervise/back-off.ts';
import { openLogFile } from '../../src/supervise/log-file.ts';
import { nodeProcess } from '../../src/supervise/node-process.ts';
import { nodeArguments, type ProcessRow } from '../../src/supervise/process-row.ts';
import { openSupervisor, type Supervisor } from '../../src/supervise/supervisor.ts';
import { eventually, isAlive, keptLog, scratchFolder } from '../scratch.ts';

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

function row(name: string, change: Partial<ProcessRow> = {}): ProcessRow {
  return {
    name,
    program: program(name),
    arguments: [],
    reads: [],
    writes: [],
    network: false,
    addons: false,
    compileCache: undefined,
    ...change,
  };
}

function supervise(t: TestContext, readyWithinMs = 20_000, calmMs = 60_000): { supervisor: Supervisor; lines: string[] } {
  const { log, lines } = keptLog();
  const supervisor = openSupervisor({ log, readyWithinMs, stopWithinMs: 300, backOff: { firstMs: 10, maxMs: 40, calmMs } });
  t.after(() => supervisor.stop());
  return { supervisor, lines };
}

test('a process that dies is started again, and all end in the reverse order of their start', async (t) => {
  const folder = scratchFolder();
  const { supervisor, lines } = supervise(t);
  const logs = (name: string): string => join(folder, `${name}.log`);
  for (const name of ['steady', 'deaf']) await supervisor.start(nodeProcess(row(name), openLogFile(logs(name))));

  const first = supervisor.pidOf('steady')!;
  process.kill(first, 'SIGKILL');
  const readyLines = (): number => lines.filter((line) => line.includes('process ready')).length;
  await eventually('ready again', () => readyLines() === 3);
  const second = supervisor.pidOf('steady')!;
  assert.notEqual(second, first);
  const deaf = supervisor.pidOf('deaf')!;
  await supervisor.stop();
  assert.ok(!isAlive(second) && !isAlive(deaf));
  assert.match(readFileSync(logs('steady'), 'utf8'), /stopped in good order/);
  assert.equal(lines.filter((line) => line.includes('did not end and is killed')).length, 1);
});

test('a process that ends before it answers, or is late, ends the start', async (t) => {
  const folder = scratchFolder();
  const log = openLogFile(join(folder, 'log'));
  await assert.rejects(supervise(t).supervisor.start(nodeProcess(row('mute', { arguments: ['ends'] }), log)), {
    code: 'process_died',
    message: /exit 7/,
  });
  const late = supervise(t, 1000).supervisor;
  await assert.rejects(late.start(nodeProcess(row('mute'), log)), { code: 'process_late' });
  await eventually('the late process is gone', () => !isAlive(late.pidOf('mute')!));
});

test('a process that dies again and again waits longer each time, up to a bound', () => {
  const rule = { firstMs: 250, maxMs: 30_000, calmMs: 60_000 };
  assert.deepEqual(
    [0, 1, 2, 7, 5000].map((deaths) => backOffMs(rule, deaths)),
    [250, 500, 1000, 30_000, 30_000],
  );
});

test('a process that answered for a while starts afresh, and the time of its start does not count', async (t) => {
  const log = openLogFile(join(scratchFolder(), 'log'));
  const waits = async (calmMs: number): Promise<unknown[]> => {
    const { supervisor, lines } = supervise(t, 20_000, calmMs);
    await supervisor.start(nodeProcess(row('steady'), log));
    const said = (event: string): Record<string, unknown>[] => lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event);
    for (const ready of [1, 2, 3]) {
      await eventually('it answers', () => said('process ready').length === ready);
      // Longer than the shorter rule, shorter than a start of the process.
      await pause(20);
      process.kill(supervisor.pidOf('steady')!, 'SIGKILL');
    }
    await eventually('it died', () => said('process died').length === 3);
    await supervisor.stop();
    return said('process died').map(({ durationMs }) => durationMs);
  };
  assert.deepEqual(await waits(5), [10, 10, 10]);
  assert.deepEqual(await waits(60_000), [10, 20, 40]);
});

test('a process can do what its row says and no more', async (t) => {
  const folder = scratchFolder();
  const [result, allowed, other] = ['result', 'allowed', 'other'].map((name) => join(folder, name)) as [string, string, string];
  for (const file of [result, allowed, other]) writeFileSync(file, 'text');
  const socket = join(folder, 's');
  const server = createServer((connection) => connection.end()).listen(socket);
  t.after(() => server.close());
  process.env['SIGILLO_DATABASE_URL_OF_TEST'] = 'a secret of the environment';
  t.after(() => delete process.env['SIGILLO_DATABASE_URL_OF_TEST']);

  const outcomeOf = async (change: Partial<ProcessRow>): Promise<Record<string, unknown>> => {
    const { supervisor } = supervise(t);
    const arguments_ = [result, allowed, other, socket];
    await supervisor.start(nodeProcess(row('trespasser', { arguments: arguments_, ...change }), openLogFile(join(folder, 'log'))));
    await supervisor.stop();
    return JSON.parse(readFileSync(result, 'utf8')) as Record<string, unknown>;
  };
  const environment = ['LANG', 'NODE_DISABLE_COMPILE_CACHE', 'PATH', 'SIGILLO_LIFELINE', 'TZ'];
  const denied = 'ERR_ACCESS_DENIED';
  assert.deepEqual(await outcomeOf({ reads: [allowed], writes: [result] }), {
    readAllowed: 'done',
    writeAllowed: denied,
    readOther: denied,
    spawn: denied,
    worker: denied,
    addon: 'ERR_DLOPEN_DISABLED',
    network: denied,
    environment,
  });
  // The same attempts succeed where the row allows them, so it is the row that forbids.
  const open = await outcomeOf({ reads: [other], writes: [result, allowed], network: true, addons: true });
  assert.deepEqual([open['readAllowed'], open['writeAllowed'], open['readOther'], open['network']], ['done', 'done', 'done', 'done']);
  assert.equal(open['addon'], 'ERR_DLOPEN_FAILED');
});

test('a row becomes flags with real paths, and a wildcard is refused', () => {
  const folder = scratchFolder();
  const link = join(folder, 'link');
  symlinkSync(folder, link);
  const words = nodeArguments(row('steady', { writes: [join(link, 'state')] }));
  assert.ok(words.includes(`--allow-fs-write=${join(folder, 'state')}`) && words.includes('--permission'));
  assert.ok(!words.some((word) => /allow-(net|addons|child-process|worker|ffi|wasi|inspector)/.test(word)));
  assert.throws(() => nodeArguments(row('steady', { reads: [join(folder, '*')] })), TypeError);
});

test('a log file has a bound, and one older file beside it', () => {
  const path = join(scratchFolder(), 'log', 'x.log');
  const log = openLogFile(path, 10);
  for (const text of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']) log.write(Buffer.from(text));
  log.close();
  assert.equal(readFileSync(path, 'utf8'), 'four\nfive\n');
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'three\n');
  assert.ok(!existsSync(`${path}.2`));
});
