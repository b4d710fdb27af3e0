// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openLog } from '@sigillo/wire';
import { HttpProblem, openHttpDoor, type HttpDoor } from '../src/index.ts';

let door: HttpDoor;
let port: number;
let ready: string | undefined;
const lines: string[] = [];

before(async () => {
  let number = 0;
  door = await openHttpDoor({
    title: 'test',
    version: '1',
    origins: ['http://page.example'],
    bodyBytesMax: 1000,
    log: openLog('test', (line) => lines.push(line), () => 0),
    requestId: () => `r${++number}`,
    ready: () => ready,
  });
  const body = { type: 'object', additionalProperties: false, required: ['count'], properties: { count: { type: 'integer' }, more: { type: 'array', items: {} } } } as const;
  door.post('/count', { schema: { body } }, (request) => ({ twice: (request.body as { count: number }).count * 2 }));
  door.post('/busy', () => {
    throw new HttpProblem(503, 'busy', undefined, { retryAfterSeconds: 2 });
  });
  door.post('/bug', () => {
    throw new Error('secret words of the inside');
  });
  await door.listen({ host: '127.0.0.1', port: 0 });
  port = (door.server.address() as AddressInfo).port;
});
after(() => door.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function send(path: string, body: string | Uint8Array | undefined, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const bad: readonly (readonly [string, string | Uint8Array, number, string])[] = [
  ['no JSON', '{', 400, 'json_malformed'],
  ['a name twice', '{"count":1,"count":2}', 400, 'json_duplicate_name'],
  ['a name twice, once escaped', '{"count":1,"co\\u0075nt":2}', 400, 'json_duplicate_name'],
  ['a name that JavaScript gives a meaning', '{"count":1,"__proto__":{}}', 400, 'json_forbidden_name'],
  ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 400, 'json_not_utf8'],
  ['a byte order mark', '\uFEFF{"count":1}', 400, 'json_not_utf8'],
  ['too deep', `{"count":1,"more":${'['.repeat(20)}${']'.repeat(20)}}`, 400, 'json_too_deep'],
  ['another type', '{"count":"1"}', 400, 'request_malformed'],
  ['a field more', '{"count":1,"other":2}', 400, 'request_malformed'],
  ['a field less', '{}', 400, 'request_malformed'],
  ['too large', `{"count":1,"more":["${'x'.repeat(2000)}"]}`, 413, 'body_too_large'],
];
for (const [what, body, status, code] of bad) {
  test(`refuses ${what}, and the next good request works`, async () => {
    const answer = await send('/count', body);
    assert.equal(answer.status, status);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.equal((JSON.parse(answer.text) as { code: string }).code, code);
    assert.match(String(answer.headers['x-request-id']), /^r\d+$/);
    assert.deepEqual(JSON.parse((await send('/count', '{"count":4}')).text), { twice: 8 });
  });
}

test('refuses another media type and an unknown route', async () => {
  assert.equal((await send('/count', 'count=1', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  const unknown = await send('/nothing-here?token=abc', '{}');
  assert.equal(unknown.status, 404);
  assert.equal((JSON.parse(unknown.text) as { code: string }).code, 'not_found');
});

test('tells when to come again', async () => {
  const answer = await send('/busy', '{}');
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '2');
});

test('says nothing of an unexpected error outside, and where it arose inside', async () => {
  const before = lines.length;
  const answer = await send('/bug', '{}');
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.text, /secret/);
  const logged = lines.slice(before).join('');
  assert.doesNotMatch(logged, /secret/);
  assert.match(logged, /door\.test\.ts/);
});

test('log lines carry the pattern of a route, never what was asked for', () => {
  assert.doesNotMatch(lines.join(''), /token|abc|nothing-here/);
  assert.match(lines.join(''), /"route":"\/count"/);
});

test('a page of another origin gets no permission', async () => {
  const ask = (origin: string): Promise<Answer> => send('/count', undefined, { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');
  assert.equal((await ask('http://page.example')).headers['access-control-allow-origin'], 'http://page.example');
  assert.notEqual((await ask('http://page.example.evil.example')).headers['access-control-allow-origin'], 'http://page.example.evil.example');
});

test('readiness follows the process, and the OpenAPI document follows the schemas', async () => {
  ready = 'sealed';
  assert.equal((await send('/readyz', undefined, {}, 'GET')).status, 503);
  ready = undefined;
  assert.equal((await send('/readyz', undefined, {}, 'GET')).status, 200);
  const document = JSON.parse((await send('/openapi.json', undefined, {}, 'GET')).text) as { openapi: string; paths: Record<string, unknown> };
  assert.match(document.openapi, /^3\.1/);
  assert.deepEqual(Object.keys(document.paths).includes('/count'), true);
});
