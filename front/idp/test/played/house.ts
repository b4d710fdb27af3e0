// SPDX-License-Identifier: Apache-2.0
// What the house gives the IdP: a real PostgreSQL, the public files of a ceremony, the shared files. One of each for all tests of this
// room.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLog, random } from '@sigillo/wire';
import { readIdpConfig } from '../../src/config.ts';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { openIdp, type Idp } from '../../src/idp.ts';
import { PlayedSam } from './sam.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface PlayedHouse {
  readonly home: string;
  readonly configFile: string;
  readonly revokedFile: string;
  readonly issuer: string;
  readonly sam: PlayedSam;
  readonly database: Database;
  /** For tests that need a connection of their own. */
  readonly databaseUrl: string;
  readonly credentialTokenKey: Uint8Array;
  readonly clientKeys: Readonly<Record<string, KeyObject>>;
  readonly logLines: string[];
  readonly idp: Idp;
  /** Seconds by which the IdP's clock is ahead of the real one. */
  clockAheadSeconds: number;
}

export const SIGN_ORIGIN = 'http://sign.localhost:8400';
export const SSA_URL = 'http://127.0.0.1:8402';
export const SCA_URL = 'http://127.0.0.1:8403';
export const CSC_RESOURCE = `${SSA_URL}/csc/v2`;
export const CALLBACK = 'http://127.0.0.1:8406/callback';

interface Postgres {
  readonly access: { url(role: string): string; urlFile(role: string): string };
  readonly server: { launch(): { readonly child: ChildProcess; readonly ready: Promise<void> } } | undefined;
}

/** The house's own modules; loaded by address, because no room may depend on the house. */
async function fromHouse<T>(path: string): Promise<T> {
  return (await import(new URL(`../../../../house/src/${path}`, import.meta.url).href)) as T;
}

async function startPostgres(home: string): Promise<{ readonly postgres: Postgres; stop: () => Promise<void> }> {
  const { openDatabases } = await fromHouse<{ openDatabases: (options: object) => Promise<Postgres> }>('postgres/open.ts');
  const { migrate } = await fromHouse<{ migrate: (url: string, folder: string) => Promise<string[]> }>('postgres/migrate.ts');
  const sockets = join(home, 'run');
  mkdirSync(sockets);
  const postgres = await openDatabases({ home, sockets, ownServer: undefined, random, log: () => undefined, owners: ['idp'] });
  const running = postgres.server?.launch();
  await running?.ready;
  await migrate(postgres.access.url('idp_owner'), here('../../migrations'));
  return { postgres, stop: () => stopped(running?.child) };
}

function stopped(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function clientRow(clientId: string, more: object): object {
  return { clientId, name: `Application ${clientId}`, kind: 'service', tokenBinding: 'dpop', redirectUris: [CALLBACK], jwks: null, scopes: ['service', 'credential'], hashOnly: true, ...more };
}

function writePublicFiles(folder: string, issuer: string, sam: PlayedSam, keys: Readonly<Record<string, KeyObject>>): void {
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  const jwks = (id: string): object => ({ keys: [{ ...keys[id]!.export({ format: 'jwk' }), d: undefined, kid: id, alg: 'ES256' }] });
  write('deployment.json', {
    deploymentId: Buffer.from(sam.deploymentId).toString('hex'), samId: Buffer.from(sam.samId).toString('hex'), portBase: 8400, issuer, signOrigin: SIGN_ORIGIN,
    officerOrigin: 'http://officer.localhost:8400', ssaUrl: SSA_URL, scaUrl: SCA_URL, caUrl: 'http://127.0.0.1:8404', tsaUrl: 'http://127.0.0.1:8405', rpId: 'sign.localhost',
    officerRpId: 'officer.localhost', created: '2026-11-21T00:00:00Z',
  });
  write('sam.json', { identityPublicKey: sam.publicKey });
  write('clients.json', [
    clientRow('sic', { kind: 'page', redirectUris: [`${SIGN_ORIGIN}/callback`], scopes: ['signer'], hashOnly: false }),
    clientRow('sca', { jwks: jwks('sca'), redirectUris: [`${SCA_URL}/callback`], hashOnly: false }),
    clientRow('officers', { kind: 'officer', redirectUris: [], jwks: jwks('officers'), scopes: ['officer'], hashOnly: false }),
    clientRow('example-dpop', { jwks: jwks('example-dpop') }),
    clientRow('example-bearer', { jwks: jwks('example-bearer'), tokenBinding: 'bearer' }),
  ]);
}

function secretFile(path: string, content: string | Uint8Array): string {
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** Runs the genesis as the ceremony does. */
export function runGenesis(configFile: string): { readonly status: number | null; readonly stderr: string } {
  const run = spawnSync(process.execPath, [here('../../src/genesis.ts'), configFile], { encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr };
}

/** Starts `main.ts` as the house does and waits for its ready line. */
export async function startProcess(configFile: string, flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...flags, here('../../src/main.ts'), configFile], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr!.on('data', (part) => (said += String(part)));
  await new Promise<void>((resolve, reject) => {
    child.stdio[3]!.once('data', () => resolve());
    child.once('exit', (status) => reject(new Error(`ended with ${status}: ${said}`)));
  });
  return child;
}

async function openHouse(): Promise<PlayedHouse> {
  const home = mkdtempSync(join(tmpdir(), 'sg-idp-'));
  const { postgres, stop } = await startPostgres(home);
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const sam = new PlayedSam();
  const clientKeys = Object.fromEntries(['sca', 'officers', 'example-dpop', 'example-bearer'].map((id) => [id, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey]));
  for (const folder of ['public', 'idp', 'keys']) mkdirSync(join(home, folder), { recursive: true });
  writePublicFiles(join(home, 'public'), issuer, sam, clientKeys);
  const credentialTokenKey = random(32);
  const revokedFile = join(home, 'idp', 'revoked-tokens');
  const configFile = join(home, 'idp.json');
  writeFileSync(configFile, JSON.stringify({
    port, publicFolder: join(home, 'public'), stateFolder: join(home, 'idp'), databaseUrl: postgres.access.urlFile('idp'),
    credentialTokenKey: secretFile(join(home, 'keys', 'credential-token.key'), credentialTokenKey), revokedTokens: revokedFile,
    // All tests come from one address; door-limit.test.ts has an IdP with limits of its own.
    burst: 100_000, perMinute: 1_000_000,
  }));
  const genesis = runGenesis(configFile);
  if (genesis.status !== 0) throw new Error(genesis.stderr);
  const logLines: string[] = [];
  const log = openLog('idp', (line) => logLines.push(line), Date.now);
  const house = { clockAheadSeconds: 0 };
  const idp = await openIdp(readIdpConfig(configFile), { log, nowSeconds: () => Math.floor(Date.now() / 1000) + house.clockAheadSeconds, monotonic: () => performance.now(), random });
  await idp.listen();
  const databaseUrl = postgres.access.url('idp');
  const database = openDatabase(databaseUrl, log);
  after(async () => {
    await idp.close();
    await database.close();
    await stop();
    rmSync(home, { recursive: true, force: true });
  });
  return Object.assign(house, { home, configFile, revokedFile, issuer, sam, database, databaseUrl, credentialTokenKey, clientKeys, logLines, idp });
}

/** Root hooks run once, when all test files of the process are done. */
export const house: PlayedHouse = await openHouse();
