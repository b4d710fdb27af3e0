// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifySignature } from '@sigillo/wire';
import { CryptoModuleError, openToken } from '../src/index.ts';
import { newKeyPair } from '../src/software/key-pair.ts';
import { writeTokenFile } from '../src/token/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigillo-token-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyFile = join(folder, 'key');
writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
const at = (name: string): { readonly folder: string; readonly sealKeyFile: string } => ({ folder: join(folder, name), sealKeyFile: keyFile });
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
  const passphrased = { folder: join(folder, 'phrase'), passphrase: 'caf\u00e9 au lait' };
  openToken({ ...passphrased, create: true }).close();
  openToken({ ...passphrased, passphrase: 'cafe\u0301 au lait' }).close();
  assert.throws(() => openToken({ ...passphrased, passphrase: 'cafe au lait' }), { code: 'store_key_wrong' });
});

test('a key file does not open what a passphrase sealed, nor the other way round', () => {
  openToken({ ...at('by-key'), create: true }).close();
  assert.throws(() => openToken({ folder: join(folder, 'by-key'), passphrase: 'cafe' }), { code: 'store_key_wrong' });
  openToken({ folder: join(folder, 'by-phrase'), passphrase: 'cafe', create: true }).close();
  assert.throws(() => openToken(at('by-phrase')), { code: 'store_key_wrong' });
});

test('a file that is none, and one that was cut, are refused', () => {
  openToken({ ...at('cut'), create: true }).close();
  const file = join(folder, 'cut', 'token.bin');
  const whole = readFileSync(file);
  for (const length of [0, 10, 20, 31, 60, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    assert.throws(() => openToken(at('cut')), (error) => error instanceof CryptoModuleError && ['store_malformed', 'store_key_wrong'].includes(error.code));
  }
  writeFileSync(file, Buffer.concat([Buffer.from('OTHER'), whole.subarray(5)]));
  assert.throws(() => openToken(at('cut')), { code: 'store_malformed' });
  const salted = Buffer.from(whole);
  salted[16]! ^= 1;
  writeFileSync(file, salted);
  assert.throws(() => openToken(at('cut')), { code: 'store_key_wrong' });
});

for (const [kind, algorithm] of [
  ['P-384', { scheme: 'ecdsa', hash: 'sha384' }],
  ['RSA-3072', { scheme: 'rsa-pkcs1', hash: 'sha256' }],
  ['Ed25519', { scheme: 'ed25519' }],
  ['ML-DSA-65', { scheme: 'ml-dsa-65' }],
] as const) {
  test(`a named ${kind} key signs what it is given, and refuses another algorithm`, () => {
    const token = openToken({ ...at(`named-${kind}`), create: true });
    const publicKey = token.generate('one', kind);
    verifySignature(algorithm, publicKey, Buffer.from('m'), token.sign('one', algorithm, Buffer.from('m')));
    const other = kind === 'P-384' ? ({ scheme: 'rsa-pkcs1', hash: 'sha256' } as const) : ES256;
    assert.throws(() => token.sign('one', other, Buffer.from('m')), { code: 'key_algorithm' });
    token.close();
  });
}

test('a signature that does not verify with the published key does not leave', () => {
  const [mine, other] = [newKeyPair('P-256'), newKeyPair('P-256')];
  const [wrapKey, mixKey, sealKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const swapped = { version: 1, wrapKey, mixKey, sealKey, keys: [{ name: 'root', algorithm: 'P-256', pkcs8: mine.pkcs8, publicKey: other.publicKey }] } as const;
  writeTokenFile(join(folder, 'swapped'), { key: readFileSync(keyFile) }, swapped, randomBytes);
  const token = openToken(at('swapped'));
  assert.throws(() => token.sign('root', ES256, Buffer.from('m')), { code: 'signature_wrong' });
  token.close();
});

test('no private key stands in the file in the clear', () => {
  const token = openToken({ ...at('clear'), create: true });
  token.generate('a', 'P-256');
  const file = readFileSync(join(folder, 'clear', 'token.bin')).toString('latin1');
  assert.ok(!file.includes('\x02\x01\x01\x04\x20'), 'an EC private key begins like this in PKCS #8');
  token.close();
});
