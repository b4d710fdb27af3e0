// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openLog, type LogFields } from '../src/index.ts';

const lines: string[] = [];
const log = openLog('room', (line) => lines.push(line), () => 1_795_000_000_000);
const last = (): Readonly<Record<string, unknown>> => JSON.parse(lines.at(-1)!) as Readonly<Record<string, unknown>>;

test('one line of JSON for each event', () => {
  log.info('started', { port: 8400, requestId: 'r' });
  assert.deepEqual(last(), { time: '2026-11-18T11:06:40.000Z', level: 'info', room: 'room', event: 'started', port: 8400, requestId: 'r' });
  log.warn('a\nb', { code: `${'x'.repeat(1000)}\n{"level":"error"}` });
  assert.equal(lines.at(-1)!.indexOf('\n'), lines.at(-1)!.length - 1);
  assert.equal((last()['code'] as string).length, 400);
});

test('a field that is not on the list is not written', () => {
  log.info('event', { token: 'secret', document: 'secret', requestId: 'r' } as LogFields);
  assert.deepEqual(Object.keys(last()), ['time', 'level', 'room', 'event', 'requestId']);
});

test('of an error only its class, its code and places in our code are written', () => {
  const error = Object.assign(new TypeError('the secret is 1234'), { code: 'some_code' });
  log.error('failed', { requestId: 'r' }, error);
  assert.match(last()['at'] as string, /^TypeError \| some_code \| at .*log\.test\.ts/);
  assert.ok(!lines.at(-1)!.includes('1234'));
  log.error('failed', {}, 'a thrown text with a secret');
  assert.equal(last()['at'], 'string');
});

test('lines reach standard output together, the last ones when the process ends', () => {
  const program = `
    import { linesToStandardOutput } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const write = linesToStandardOutput();
    let calls = 0;
    const real = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text) => { calls += 1; return real(text); };
    for (let n = 0; n < 100; n++) write(n + '\\n');
    setTimeout(() => { write('calls ' + calls + '\\n'); process.exit(0); }, 100);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  assert.deepEqual(stdout.split('\n'), [...Array.from({ length: 100 }, (_, n) => String(n)), 'calls 1', '']);
});
