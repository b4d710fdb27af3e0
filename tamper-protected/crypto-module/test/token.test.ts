// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifySignature } from '@sigillo/wire';
import { openToken, type TokenOptions } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigillo-token-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyFile = join(folder, 'key');
writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
const at = (name: string): TokenOptions => ({ folder: join(folder, name), sealKeyFile: keyFile });
const ES256 = { scheme: 'ecdsa', hash: 'sha256' } as const;

test('keeps its keys over a restart', () => {
  const first = openToken({ ...at('keeps'), create: true });
  const publicKey = first.generate('root', 'P-256');
  const sealed = first.seal(Buffer.from('state key of thirty-two bytes ..'));
  const mac = Buffer.from(first.mac(Buffer.from('x')));
  first.close();
  const again = openToken(at('keeps'));
  verifySignature(ES256, publicKey, Buffer.from('m'), again.sign('root', ES256, Buffer.from('m')));
  assert.equal(Buffer.from(again.unseal(sealed)).toString(), 'state key of thirty-two bytes ..');
  assert.deepEqual(Buffer.from(again.mac(Buffer.from('x'))), mac);
  assert.throws(() => again.generate('root', 'P-256'), { code: 'key_exists' });
  assert.throws(() => again.publicKey('other'), { code: 'key_unknown' });
});

test('refuses a second genesis, a missing store, another key, a readable file, a changed file', () => {
  openToken({ ...at('refuses'), create: true }).close();
  assert.throws(() => openToken({ ...at('refuses'), create: true }), { code: 'store_exists' });
  assert.throws(() => openToken(at('nowhere')), { code: 'store_missing' });
  const otherKey = join(folder, 'other-key');
  writeFileSync(otherKey, randomBytes(32), { mode: 0o600 });
  assert.throws(() => openToken({ ...at('refuses'), sealKeyFile: otherKey }), { code: 'store_key_wrong' });
  const file = join(folder, 'refuses', 'token.bin');
  chmodSync(file, 0o644);
  assert.throws(() => openToken(at('refuses')), { code: 'store_mode' });
  chmodSync(file, 0o600);
  const bytes = readFileSync(file);
  bytes[bytes.length - 20]! ^= 1;
  writeFileSync(file, bytes);
  assert.throws(() => openToken(at('refuses')), { code: 'store_key_wrong' });
});

test('a key file that others may read is refused', () => {
  const open = join(folder, 'open-key');
  writeFileSync(open, randomBytes(32), { mode: 0o644 });
  assert.throws(() => openToken({ folder: join(folder, 'keeps'), sealKeyFile: open }), /0600/);
});

test('opens with a passphrase, in whichever form its letters were typed', () => {
  const passphrased: TokenOptions = { folder: join(folder, 'phrase'), passphrase: 'caf\u00e9 au lait' };
  openToken({ ...passphrased, create: true }).close();
  openToken({ ...passphrased, passphrase: 'cafe\u0301 au lait' }).close();
  assert.throws(() => openToken({ ...passphrased, passphrase: 'cafe au lait' }), { code: 'store_key_wrong' });
});

test('no private key stands in the file in the clear', () => {
  const token = openToken({ ...at('clear'), create: true });
  token.generate('a', 'P-256');
  const file = readFileSync(join(folder, 'clear', 'token.bin')).toString('latin1');
  assert.ok(!file.includes('\x02\x01\x01\x04\x20'), 'an EC private key begins like this in PKCS #8');
  token.close();
});
