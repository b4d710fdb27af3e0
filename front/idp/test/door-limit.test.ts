// SPDX-License-Identifier: Apache-2.0
// An IdP with small limits: what one address may have before anyone is known, and what does not wait for it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLog, random } from '@sigillo/wire';
import { readIdpConfig } from '../src/config.ts';
import { openIdp } from '../src/idp.ts';
import { house } from './played/house.ts';

const BURST = 3;
let nowMs = 0;
const { issuer, close } = await openLimited();
after(close);

async function openLimited(): Promise<{ readonly issuer: string; readonly close: () => Promise<void> }> {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const publicFolder = join(house.home, 'limited-public');
  mkdirSync(publicFolder);
  for (const name of ['sam.json', 'clients.json']) writeFileSync(join(publicFolder, name), readFileSync(join(house.home, 'public', name)));
  const deployment = JSON.parse(readFileSync(join(house.home, 'public', 'deployment.json'), 'utf8')) as object;
  writeFileSync(join(publicFolder, 'deployment.json'), JSON.stringify({ ...deployment, issuer: address }));
  const config = JSON.parse(readFileSync(house.configFile, 'utf8')) as object;
  const file = join(house.home, 'limited.json');
  const changes = { port, publicFolder, revokedTokens: join(house.home, 'idp', 'limited-revoked'), burst: BURST, perMinute: 60 };
  writeFileSync(file, JSON.stringify({ ...config, ...changes }));
  const log = openLog('idp', () => undefined, Date.now);
  const idp = await openIdp(readIdpConfig(file), { log, nowSeconds: () => Math.floor(Date.now() / 1000), monotonic: () => nowMs, random });
  await idp.listen();
  return { issuer: address, close: () => idp.close() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const PAGE = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"code":"a"}' };
const FORM = { method: 'POST', body: new URLSearchParams({ client_id: 'sic' }) };
const limited: readonly (readonly [string, RequestInit])[] = [
  ['/oauth2/authorize?client_id=sic', {}],
  ['/oauth2/pushed_authorize', FORM],
  ['/interaction/unknown', {}],
  ['/signer/v1/login/begin', PAGE],
  ['/signer/v1/login/finish', PAGE],
  ['/signer/v1/approval/begin', PAGE],
];

for (const [path, init] of limited) {
  test(`${path} is answered so often, then with 429 until there is room again`, async () => {
    const ask = (): Promise<Response> => fetch(`${issuer}${path}`, { redirect: 'manual', ...init });
    for (let i = 0; i < BURST; i++) assert.notEqual((await ask()).status, 429);
    const refused = await ask();
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
    assert.equal(((await refused.json()) as { code: string }).code, 'rate_limited');
    nowMs += 1000;
    assert.notEqual((await ask()).status, 429);
    assert.equal((await ask()).status, 429);
  });
}

test('what clients do with their keys, and what says who we are, is not counted', async () => {
  for (const [path, init] of [['/oauth2/token', FORM], ['/oauth2/jwks', {}], ['/.well-known/openid-configuration', {}], ['/readyz', {}]] as const) {
    for (let i = 0; i < 3 * BURST; i++) assert.notEqual((await fetch(`${issuer}${path}`, init)).status, 429, path);
  }
});
