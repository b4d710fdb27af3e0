// SPDX-License-Identifier: Apache-2.0
// The module as the process that it is: made by its genesis, started with the rights that it needs and no others, asked through its door.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cryptoModuleDoor, type CryptoModuleDoor, TICKET_TAG, ticketBody, type TicketBody } from '@sigillo/doors/crypto-module';
import { encode } from '@sigillo/doors/schema';
import { ecdsaSignatureToDer, HASHES } from '@sigillo/standards/algorithms';
import { fromBase64 } from '@sigillo/standards/bytes';
import { connectLink, type Link, LinkError, monotonicMs, verifySignature } from '@sigillo/wire';
import { macOf } from './module-under-test.ts';

const ES256 = { scheme: 'ecdsa', hash: 'sha256' } as const;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = (name: string): string => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sigillo-cm-process-')));
const at = (name: string): string => join(folder, name);
const keys = { sam: randomBytes(32), ticket: randomBytes(32) };
const context = { requestId: 'test' };
const refused = (code: string) => (error: unknown) => error instanceof LinkError && error.kind === 'refused' && error.code === code;

let child: ChildProcess;
let link: Link<CryptoModuleDoor>;

before(async () => {
  for (const [name, bytes] of Object.entries({ 'sam.key': keys.sam, 'ticket.key': keys.ticket, 'seal.key': randomBytes(32), secret: randomBytes(32) })) writeFileSync(at(name), bytes, { mode: 0o600 });
  mkdirSync(at('store'));
  mkdirSync(at('public'));
  mkdirSync(at('run'));
  const listen = { socket: at('run/cm.sock'), callers: { sam: at('sam.key') } };
  writeFileSync(at('config.json'), JSON.stringify({ listen, store: at('store'), sealKey: at('seal.key'), ticketKey: at('ticket.key'), public: at('public') }));
  assert.equal(genesis().status, 0);
  await start();
});

after(async () => {
  link.close();
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

test('genesis publishes the identity key, and refuses to make another', async () => {
  const { identityPublicKey } = JSON.parse(readFileSync(at('public/sam.json'), 'utf8')) as { readonly identityPublicKey: string };
  const info = await link.call('info', {}, context);
  assert.deepEqual(Buffer.from(info.identityPublicKey), Buffer.from(fromBase64(identityPublicKey)));
  const again = genesis();
  assert.notEqual(again.status, 0);
  assert.match(again.stderr, /store_exists/);
  assert.equal(statSync(at('store/token.bin')).mode & 0o777, 0o600);
});

test('a key is generated, signs for a ticket, and not twice', async () => {
  const key = await newKey();
  const message = randomBytes(40);
  const ticket = await ticketFor(key, sha256(message));
  const { signatures } = await link.call('sign', { wrapped: key.wrapped, tickets: [ticket], keepUntil: 0 }, context);
  verifySignature(ES256, key.publicKey, message, signatures[0]!);
  await assert.rejects(link.call('sign', { wrapped: key.wrapped, tickets: [ticket], keepUntil: 0 }, context), refused('ticket_used'));
  assert.equal((await link.call('info', {}, context)).signatures, 1);
});

test('the SAM identity signs statements', async () => {
  const { identityPublicKey } = await link.call('info', {}, context);
  const { signature } = await link.call('identitySign', { digest: sha256(Buffer.from('statement')) }, context);
  verifySignature(ES256, identityPublicKey, Buffer.from('statement'), ecdsaSignatureToDer(signature, 'P-256'));
});

test('a restart makes old tickets worthless and keeps everything else', async () => {
  const key = await newKey();
  const digest = sha256(randomBytes(9));
  const ticket = await ticketFor(key, digest);
  const { sealed } = await link.call('seal', { secret: keys.sam }, context);
  const { mac } = await link.call('mac', { data: Buffer.from('x') }, context);
  await stop();
  await start();
  await assert.rejects(link.call('sign', { wrapped: key.wrapped, tickets: [ticket], keepUntil: 0 }, context), refused('ticket_other_boot'));
  assert.equal((await link.call('sign', { wrapped: key.wrapped, tickets: [await ticketFor(key, digest)], keepUntil: 0 }, context)).signatures.length, 1);
  assert.deepEqual(Buffer.from((await link.call('unseal', { sealed }, context)).secret), keys.sam);
  assert.deepEqual((await link.call('mac', { data: Buffer.from('x') }, context)).mac, mac);
  await assert.rejects(link.call('unseal', { sealed: Uint8Array.from(sealed, (byte, i) => (i === 20 ? byte ^ 1 : byte)) }, context), refused('sealed_wrong'));
});

test('whoever lacks the key of the arrow is not let in', async () => {
  const stranger = connect(randomBytes(32));
  await assert.rejects(stranger.call('info', {}, context), (error) => error instanceof LinkError && error.code === 'handshake_refused');
  stranger.close();
});

test('it runs with these rights only: a file beside its own is out of reach', () => {
  const read = `require('node:fs').readFileSync(${JSON.stringify(at('secret'))})`;
  const { status, stderr } = spawnSync(process.execPath, [...rights(false), '-e', read], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /ERR_ACCESS_DENIED/);
});

async function newKey(): Promise<{ readonly keyId: Uint8Array; readonly wrapped: Uint8Array; readonly publicKey: Uint8Array }> {
  const keyId = randomBytes(16);
  return { keyId, ...(await link.call('generate', { keyId, algorithm: 'P-256' }, context)) };
}

async function ticketFor(key: { readonly keyId: Uint8Array; readonly publicKey: Uint8Array }, digest: Uint8Array): Promise<{ readonly body: Uint8Array; readonly mac: Uint8Array }> {
  const { bootNonce } = await link.call('info', {}, context);
  const ticket: TicketBody = {
    version: 1, bootNonce, epoch: 1, operation: randomBytes(32), index: 0, keyId: key.keyId, publicKey: key.publicKey, signatureAlgorithm: '1.2.840.10045.4.3.2',
    signatureParameters: null, hashAlgorithm: HASHES.sha256.oid, digest, expires: monotonicMs() + 25_000,
  };
  const body = encode(ticketBody, ticket);
  return { body, mac: macOf(keys.ticket, TICKET_TAG, body) };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function connect(key: Uint8Array): Link<CryptoModuleDoor> {
  return connectLink({ door: cryptoModuleDoor, name: 'crypto-module', path: at('run/cm.sock'), key, random: (length) => randomBytes(length), monotonic: monotonicMs });
}

function rights(isGenesis: boolean): string[] {
  const code = ['standards', 'doors', 'wire', 'tamper-protected/crypto-module', 'node_modules/@sigillo', 'package.json'].map((path) => join(root, path));
  const reads = [...code, ...['config.json', 'sam.key', 'ticket.key', 'seal.key', 'store', 'run'].map(at)];
  const writes = (isGenesis ? ['store', 'public'] : ['store', 'run']).map(at);
  return ['--permission', '--disable-warning=PERM0001', '--disable-warning=ExperimentalWarning', '--allow-addons', '--allow-net', ...reads.map((path) => `--allow-fs-read=${path}`), ...writes.map((path) => `--allow-fs-write=${path}`)];
}

function genesis(): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [...rights(true), program('genesis'), at('config.json')], { encoding: 'utf8' });
}

async function start(): Promise<void> {
  child = spawn(process.execPath, [...rights(false), program('main'), at('config.json')], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'], env: { ...process.env, SIGILLO_LIFELINE: 'stdin' } });
  const [line] = (await once(child.stdio[3]!, 'data')) as [Buffer];
  assert.equal(line.toString(), '{"ready":true}\n');
  assert.ok(existsSync(at('run/cm.sock')));
  link = connect(keys.sam);
}

/** As the house stops it when the house itself ends: its standard input closes. */
async function stop(): Promise<void> {
  const exit = once(child, 'exit');
  link.close();
  child.stdin!.end();
  assert.deepEqual(await exit, [0, null]);
}
