// SPDX-License-Identifier: Apache-2.0
// The process itself, under the permission flags it is meant to have: it starts from a configuration file, answers, and ends when it is told to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { playSam } from './played/sam.ts';

const root = resolve(import.meta.dirname, '../../..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function writeHome(home: string, port: number): { readonly config: string; readonly samKey: Uint8Array } {
  const secret = (name: string): string => {
    writeFileSync(join(home, name), randomBytes(32), { mode: 0o600 });
    return join(home, name);
  };
  const json = (name: string, value: unknown): string => {
    writeFileSync(join(home, name), JSON.stringify(value));
    return join(home, name);
  };
  mkdirSync(join(home, 'public'));
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const issuer = 'http://localhost:8401';
  json('public/deployment.json', {
    issuer, ssaUrl: `http://127.0.0.1:${port}`, signOrigin: 'http://sign.localhost:8400', officerOrigin: 'http://officer.localhost:8400', portBase: 8400,
  });
  json('public/idp.json', { issuer, jwks: { keys: [{ kty, crv, x, y, kid: 'one', alg: 'ES256', use: 'sig' }] } });
  json('public/policy.json', { name: 'test', keyAlgorithm: 'P-256' });
  json('public/clients.json', [{ clientId: 'sic', name: 'Page', kind: 'page', tokenBinding: 'dpop', redirectUris: [], jwks: null, scopes: ['signer'], hashOnly: false }]);
  const samKey = randomBytes(32);
  writeFileSync(join(home, 'sam.key'), samKey, { mode: 0o600 });
  const config = json('ssa.json', {
    port,
    publicFolder: join(home, 'public'),
    credentialTokenKey: secret('token.key'),
    revokedTokens: join(home, 'revoked'),
    sam: { socket: join(home, 'sam.socket'), key: join(home, 'sam.key') },
    ca: { socket: join(home, 'ca.socket'), key: secret('ca.key') },
    info: { name: 'Test', description: 'test', region: 'JP', logo: 'http://sign.localhost:8400/logo.png' },
  });
  return { config, samKey };
}

test('starts with read access to the code and its files only, serves, and stops', async () => {
  const home = mkdtempSync(join(tmpdir(), 'ssa-main-'));
  const port = await freePort();
  const { config, samKey } = writeHome(home, port);
  const sam = await playSam(join(home, 'sam.socket'), samKey);
  const flags = ['--permission', '--allow-net', `--allow-fs-read=${root}`, `--allow-fs-read=${home}`];
  const ssa = spawn(process.execPath, [...flags, 'front/ssa/src/main.ts', config], { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let said = '';
  ssa.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  ssa.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const ready = once(ssa.stdio[3] as NodeJS.ReadableStream, 'data');
    const ended = once(ssa, 'exit').then(() => Promise.reject(new Error(said)));
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.deepEqual([answer.status, await answer.json()], [200, { status: 'ready' }]);
    const info = await fetch(`http://127.0.0.1:${port}/csc/v2/info`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.equal(((await info.json()) as { name: string }).name, 'Test');
    const exited = once(ssa, 'exit');
    ssa.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null], said);
  } finally {
    ssa.kill('SIGKILL');
    await sam.close();
    rmSync(home, { recursive: true, force: true });
  }
});
