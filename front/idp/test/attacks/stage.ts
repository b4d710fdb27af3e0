// SPDX-License-Identifier: Apache-2.0
// An IdP of its own on a port of its own, over the database, the keys and the clients that all tests of this room share, as whoever may
// write to its port meets it.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { attacksOn } from '@sigillo/standards/test/attacks';
import { openLog, random } from '@sigillo/wire';
import { readIdpConfig } from '../../src/config.ts';
import type { openIdp } from '../../src/idp.ts';
import { house } from '../played/house.ts';

export interface Scene {
  readonly issuer: string;
  readonly close: () => Promise<void>;
}

export { attackByConstruction } from '@sigillo/standards/test/attacks';

export async function openScene({ openIdp: open }: { readonly openIdp: typeof openIdp }): Promise<Scene> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const folder = mkdtempSync(join(house.home, 'attacked-'));
  mkdirSync(join(folder, 'public'));
  for (const name of ['sam.json', 'clients.json']) writeFileSync(
    join(folder, 'public', name),
    readFileSync(join(house.home, 'public', name)),
  );
  const deployment = JSON.parse(readFileSync(join(house.home, 'public', 'deployment.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'public', 'deployment.json'), JSON.stringify({ ...deployment, issuer }));
  const config = JSON.parse(readFileSync(house.configFile, 'utf8')) as object;
  const file = join(folder, 'idp.json');
  writeFileSync(file, JSON.stringify({ ...config, port, publicFolder: join(folder, 'public'), revokedTokens: join(folder, 'revoked') }));
  const log = openLog('idp', () => undefined, Date.now);
  const idp = await open(
    readIdpConfig(file),
    { log, nowSeconds: () => Math.floor(Date.now() / 1000), monotonic: () => performance.now(), random },
  );
  await idp.listen();
  return { issuer, close: () => idp.close() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const STAGE = {
  room: 'front/idp',
  entry: 'src/idp.ts',
  open: openScene,
  close: (scene: Scene): Promise<void> => scene.close(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const { attack } = attacksOn(STAGE);
