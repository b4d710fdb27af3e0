// SPDX-License-Identifier: Apache-2.0
// Another IdP in this process, for tests that need one with a configuration of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { openLog, random } from '@sigillo/wire';
import { readIdpConfig } from '../../src/config.ts';
import { openIdp } from '../../src/idp.ts';
import { house } from './house.ts';

/** Its issuer. It ends with the test run. */
export async function openOwnIdp(name: string, changes: object, monotonic: () => number): Promise<string> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const publicFolder = join(house.home, `${name}-public`);
  mkdirSync(publicFolder);
  for (const file of ['sam.json', 'clients.json']) writeFileSync(join(publicFolder, file), readFileSync(join(house.home, 'public', file)));
  const deployment = JSON.parse(readFileSync(join(house.home, 'public', 'deployment.json'), 'utf8')) as object;
  writeFileSync(join(publicFolder, 'deployment.json'), JSON.stringify({ ...deployment, issuer }));
  const config = JSON.parse(readFileSync(house.configFile, 'utf8')) as object;
  const file = join(house.home, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...config, port, publicFolder, revokedTokens: join(house.home, 'idp', `${name}-revoked`), ...changes }));
  const log = openLog('idp', () => undefined, Date.now);
  const idp = await openIdp(readIdpConfig(file), { log, nowSeconds: () => Math.floor(Date.now() / 1000), monotonic, random });
  await idp.listen();
  after(() => idp.close());
  return issuer;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
