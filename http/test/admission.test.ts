// SPDX-License-Identifier: Apache-2.0
// A door that is full: who comes beyond is told so at once, unread; who has a lane of their own does not notice; and there is room again as soon
// as somebody leaves, in whatever way.
import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openLog } from '@sigillo/wire';
import { openHttpDoor, type HttpDoor } from '../src/index.ts';

const REQUESTS_MAX = 3;
const ORIGIN = 'http://page.example';
let door: HttpDoor;
let port: number;
let handled = 0;
let release: () => void;
let held: Promise<void>;
const lines: string[] = [];

before(async () => {
  let number = 0;
  door = await openHttpDoor({
    title: 'test', version: '1', origins: [ORIGIN], requestsMax: REQUESTS_MAX, ownLane: ['/freeze'], log: openLog('test', (line) => lines.push(line), () => 0),
    requestId: () => `r${++number}`, ready: () => undefined, renderError: ({ status }, { url }) => (url.startsWith('/other/') ? { status, body: { error: 'busy there' } } : undefined),
  });
  const wait = async (): Promise<object> => {
    handled += 1;
    await held;
    return { done: true };
  };
  for (const path of ['/work', '/freeze', '/other/work']) door.post(path, wait);
  await door.listen({ host: '127.0.0.1', port: 0 });
  port = (door.server.address() as AddressInfo).port;
});
after(() => door.close());
beforeEach(() => {
  handled = 0;
  held = new Promise((resolve) => (release = resolve));
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: Readonly<Record<string, unknown>>;
}

function post(path: string, headers: Record<string, string> = {}, body = '{}'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, method: path.startsWith('/ready') ? 'GET' : 'POST', headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, json: JSON.parse(text) as Answer['json'] }));
    });
    asked.on('error', reject);
    asked.end(path.startsWith('/ready') ? undefined : body);
  });
}

/** As many as there is room for, all of them under way. */
async function full(): Promise<Promise<Answer>[]> {
  const all = Array.from({ length: REQUESTS_MAX }, () => post('/work'));
  await underWay(REQUESTS_MAX);
  return all;
}

async function underWay(count: number): Promise<void> {
  const until = performance.now() + 5000;
  const isSo = (): boolean => handled === count;
  while (!isSo() && performance.now() < until) await pause(1);
  assert.equal(handled, count);
}

test('beyond the bound: 503 with the time to wait, at once, and nobody handles it; those who are in get their answer', async () => {
  const inside = await full();
  const beyond = await post('/work?x=1');
  assert.deepEqual([beyond.status, beyond.headers['retry-after'], beyond.json['code'], beyond.headers['content-type']], [503, '1', 'busy', 'application/problem+json; charset=utf-8']);
  assert.equal(handled, REQUESTS_MAX);
  release();
  assert.deepEqual((await Promise.all(inside)).map(({ status }) => status), [200, 200, 200]);
  assert.equal((await post('/work')).status, 200);
});

test('each protocol says it in its own words, and a page of ours may read them', async () => {
  const inside = await full();
  assert.deepEqual((await post('/other/work')).json, { error: 'busy there' });
  const page = await post('/work', { origin: ORIGIN });
  assert.deepEqual([page.headers['access-control-allow-origin'], page.headers['access-control-expose-headers']], [ORIGIN, 'retry-after']);
  assert.equal((await post('/work', { origin: 'http://evil.example' })).headers['access-control-allow-origin'], undefined);
  release();
  await Promise.all(inside);
});

test('what has a lane of its own is never sent away because of others', async () => {
  const inside = await full();
  const freeze = post('/freeze');
  await underWay(REQUESTS_MAX + 1);
  assert.equal((await post('/readyz')).status, 200);
  release();
  assert.equal((await freeze).status, 200);
  await Promise.all(inside);
});

test('a caller who goes away leaves room, and a large body that nobody reads holds up no connection', async () => {
  const sockets = Array.from({ length: REQUESTS_MAX }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.write('POST /work HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
  await underWay(REQUESTS_MAX);
  const beyond = await post('/work', {}, JSON.stringify({ text: 'x'.repeat(200_000) }));
  assert.equal(beyond.status, 503);
  for (const socket of sockets) socket.destroy();
  release();
  for (const until = performance.now() + 5000; ; await pause(5)) {
    if ((await post('/work')).status === 200) break;
    assert.ok(performance.now() < until, 'there is no room again');
  }
});

test('a flood is one line of the log a second', async () => {
  await pause(1100);
  lines.length = 0;
  const inside = await full();
  await Promise.all(Array.from({ length: 50 }, () => post('/work')));
  release();
  await Promise.all(inside);
  await pause(1100);
  const told = lines.filter((line) => line.includes('requests_sent_away'));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /"count":50/);
  assert.equal(lines.filter((line) => line.includes('"status":503')).length, 0);
});
