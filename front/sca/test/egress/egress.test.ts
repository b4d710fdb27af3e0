// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EgressError, openEgress } from '../../src/egress/egress.ts';
import { type PlayedServer, serve } from '../played/server.ts';

let server: PlayedServer;
let other: PlayedServer;
before(async () => {
  other = await serve(() => ({ body: 'other' }));
  server = await serve(({ path }) => {
    if (path.startsWith('/base/redirect')) return { status: 302, headers: { location: other.url } };
    if (path.startsWith('/base/large')) return { body: 'x'.repeat(5000) };
    if (path.startsWith('/base/never')) return new Promise(() => undefined);
    return { body: path };
  });
});
after(() => {
  server.close();
  other.close();
});

test('only what is registered is asked, without redirects, within time and size', async (t) => {
  const egress = openEgress({ addresses: [`${server.url}/base`], fetch, timeoutMs: 300, answerBytesMax: 4096 });
  for (const path of ['/base', '/base/deeper?q=1']) assert.equal(await (await egress(server.url + path, {})).text(), path);
  for (const [code, url] of [
    ['address_not_registered', `${server.url}/`],
    ['address_not_registered', `${server.url}/basement`],
    ['address_not_registered', `${server.url}/base/../other`],
    ['address_not_registered', `${other.url}/base`],
    ['address_not_registered', `${server.url.replace('127.0.0.1', 'localhost')}/base`],
    ['address_not_registered', `${server.url.replace('//', '//user@')}/base`],
    ['address_not_registered', 'file:///etc/passwd'],
    ['redirected', `${server.url}/base/redirect`],
    ['answer_too_large', `${server.url}/base/large`],
    ['unreached', `${server.url}/base/never`],
  ] as const) {
    await t.test(`${code} ${url.replace(/:\d+/, '')}`, async () =>
      assert.rejects(egress(url, {}), (error) => error instanceof EgressError && error.code === code));
  }
});
