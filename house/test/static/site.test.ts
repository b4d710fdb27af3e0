// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inflateSync } from 'node:zlib';
import { staticHandler } from '../../src/static/handler.ts';
import { logoPng } from '../../src/static/logo.ts';
import { openSite } from '../../src/static/site.ts';
import { scratchFolder } from '../scratch.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

async function openHost(t: TestContext): Promise<(host: string, path: string, method?: string) => Promise<Answer>> {
  const folder = scratchFolder();
  const [sic, open] = [join(folder, 'sic'), join(folder, 'public')];
  for (const made of [join(sic, 'assets'), open]) mkdirSync(made, { recursive: true });
  writeFileSync(join(sic, 'index.html'), '<title>page</title>');
  writeFileSync(join(sic, 'viewer.html'), '<title>viewer</title>');
  writeFileSync(join(sic, 'assets', 'a.js'), '1');
  writeFileSync(join(open, 'pins.json'), '{}');
  writeFileSync(join(open, 'policy.json'), '{"not":"served"}');
  const urls = { issuer: 'http://localhost:8401', ssaUrl: 'http://127.0.0.1:8402', scaUrl: 'http://127.0.0.1:8403' };
  const site = openSite({ port: 8400, sic, public: open, signOrigin: 'http://sign.localhost:8400', officerOrigin: 'http://officer.localhost:8400', ...urls });
  const server = createServer(staticHandler(site, () => 'r1')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return (host, path, method = 'GET') =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers: { host } }, (answer) => {
        let body = '';
        answer.setEncoding('latin1').on('data', (part: string) => (body += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      asked.on('error', reject).end();
    });
}

test('each host name has its own files, and no other name has any', async (t) => {
  const ask = await openHost(t);
  const page = await ask('sign.localhost:8400', '/keys?x=1');
  assert.match(page.body, /page/);
  assert.match(String(page.headers['content-security-policy']), /require-trusted-types-for 'script'/);
  assert.match(String((await ask('sign.localhost:8400', '/viewer.html')).headers['content-security-policy']), /sandbox allow-scripts/);
  assert.equal((await ask('sign.localhost:8400', '/pins.json')).body, '{}');
  assert.match((await ask('officer.localhost:8400', '/')).body, /not part of this version/);
  assert.equal((await ask('officer.localhost:8400', '/pins.json')).status, 404);
  assert.equal((await ask('evil.example', '/')).status, 421);
  assert.equal(page.headers['x-request-id'], 'r1');
});

test('nothing but the built files is ever served', async (t) => {
  const ask = await openHost(t);
  for (const path of ['/policy.json', '/../public/policy.json', '/assets/../../public/policy.json', '/assets/%2e%2e/x', '/assets/', '//x', '/.git/config', '/index.html/x']) {
    assert.equal((await ask('sign.localhost:8400', path)).status, 404, path);
  }
  assert.equal((await ask('sign.localhost:8400', '/', 'POST')).status, 405);
  assert.equal((await ask('sign.localhost:8400', '/', 'HEAD')).body, '');
});

test('the mark is a PNG that holds what its head says', async (t) => {
  const ask = await openHost(t);
  const served = await ask('sign.localhost:8400', '/logo.png');
  assert.equal(served.headers['content-type'], 'image/png');
  const png = Buffer.from(logoPng());
  assert.equal(served.body, png.toString('latin1'));
  const at = png.indexOf('IDAT');
  const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  assert.equal(pixels.length, png.readUInt32BE(20) * (1 + 4 * png.readUInt32BE(16)));
  assert.deepEqual([pixels.some((value) => value === 0xff), png.length < 10_000], [true, true]);
});
