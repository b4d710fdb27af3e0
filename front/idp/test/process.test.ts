// SPDX-License-Identifier: Apache-2.0
// The real process, with the permissions it is given, and its genesis.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { house, runGenesis, startProcess } from './played/house.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const flags = ['--permission', '--allow-net', `--allow-fs-read=${root}`, `--allow-fs-read=${house.home}`, `--allow-fs-write=${join(house.home, 'idp')}`];

test('the keys are the owner\'s alone, and a second genesis changes nothing', () => {
  const key = join(house.home, 'idp', 'signing-key.pem');
  const before = readFileSync(key, 'utf8');
  for (const file of [key, join(house.home, 'idp', 'cookie-keys.json')]) assert.equal(statSync(file).mode & 0o777, 0o600);
  const published = readFileSync(join(house.home, 'public', 'idp.json'), 'utf8');
  assert.equal(published.includes('"d"'), false);
  const again = runGenesis(house.configFile);
  assert.notEqual(again.status, 0);
  assert.match(again.stderr, /has its keys already/);
  assert.equal(readFileSync(key, 'utf8'), before);
  assert.equal(readFileSync(join(house.home, 'public', 'idp.json'), 'utf8'), published);
});

test('the process answers with nothing but the network and its files, and ends when asked', async () => {
  const port = await freePort();
  const folder = join(house.home, 'other-public');
  mkdirSync(folder);
  for (const name of ['sam.json', 'clients.json']) writeFileSync(join(folder, name), readFileSync(join(house.home, 'public', name)));
  const deployment = JSON.parse(readFileSync(join(house.home, 'public', 'deployment.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ ...deployment, issuer: `http://localhost:${port}` }));
  const config = { ...(JSON.parse(readFileSync(house.configFile, 'utf8')) as Record<string, unknown>), port, publicFolder: folder };
  const file = join(house.home, 'other.json');
  writeFileSync(file, JSON.stringify(config));
  const child = await startProcess(file, flags);
  try {
    assert.deepEqual(await (await fetch(`http://localhost:${port}/readyz`)).json(), { status: 'ready' });
    await assert.rejects(startProcess(file, flags), /EADDRINUSE/, 'the port has one owner');
  } finally {
    child.kill('SIGTERM');
    const [status] = (await once(child, 'exit')) as [number | null];
    assert.equal(status, 0);
  }
});

test('who holds one of the two loopback addresses keeps the process from starting', async (t) => {
  const port = await freePort();
  const squatter = createServer().listen({ host: '::1', port, ipv6Only: true });
  const [event] = await Promise.race([once(squatter, 'listening').then(() => ['listening']), once(squatter, 'error').then(() => ['error'])]);
  if (event === 'error') {
    t.skip('skipped: IPv6 is not here');
    return;
  }
  const file = join(house.home, 'squatted.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(house.configFile, 'utf8')) as object), port }));
  try {
    await assert.rejects(startProcess(file, flags), /EADDRINUSE/);
  } finally {
    squatter.close();
  }
});

test('a configuration with an unknown key does not start', async () => {
  const file = join(house.home, 'unknown-key.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(house.configFile, 'utf8')) as object), demo: true }));
  await assert.rejects(startProcess(file, flags), /unknown key demo/);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
