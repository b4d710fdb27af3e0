// SPDX-License-Identifier: Apache-2.0
// A token's file: its system keys, sealed under the key of a file that only its owner may read, or under a passphrase. It is replaced as a whole: written beside,
// synchronously, and renamed.
import { scryptSync } from 'node:crypto';
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_ALGORITHMS } from '@sigillo/doors/crypto-module';
import { array, bytes, bytesUpTo, decode, encode, exactly, map, oneOf, text, type ValueOf } from '@sigillo/doors/schema';
import { concat, sameBytes, utf8 } from '@sigillo/standards/bytes';
import { CryptoModuleError } from '../error.ts';
import { open, seal } from '../software/seal.ts';

/** What the file holds, sealed. */
export const tokenContent = map({
  version: { key: 1, of: exactly(1), what: 'of this form' },
  wrapKey: { key: 2, of: bytes(32), what: 'K_wrap: wraps signing keys' },
  mixKey: { key: 3, of: bytes(32), what: 'K_mix: HMAC' },
  sealKey: { key: 4, of: bytes(32), what: 'K_seal: seals the SAM\'s state key' },
  keys: {
    key: 5,
    of: array(
      map({
        name: { key: 1, of: text(64), what: 'unique in this token' },
        algorithm: { key: 2, of: oneOf(...KEY_ALGORITHMS), what: 'of the key' },
        pkcs8: { key: 3, of: bytesUpTo(8192, 16), what: 'private key' },
        publicKey: { key: 4, of: bytesUpTo(4096, 32), what: 'SubjectPublicKeyInfo' },
      }),
      64,
    ),
    what: 'named keys',
  },
});
export type TokenContent = ValueOf<typeof tokenContent>;

/** How the file is opened: a key of 32 bytes, or a passphrase of a person. */
export type Opener = { readonly key: Uint8Array } | { readonly passphrase: string };

const FILE = 'token.bin';
const MAGIC = utf8('SIGILLO-TOKEN-1\n');
const SALT_BYTES = 16;
/** About 0.1 s and 64 MiB: only at the start of a process. */
const SCRYPT = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1_048_576 } as const;

export function readTokenFile(folder: string, opener: Opener): TokenContent {
  const path = join(folder, FILE);
  if (!existsSync(path)) throw new CryptoModuleError('store_missing');
  if ((statSync(path).mode & 0o077) !== 0) throw new CryptoModuleError('store_mode');
  return openTokenFile(readFileSync(path), opener);
}

export function openTokenFile(file: Uint8Array, opener: Opener): TokenContent {
  const head = file.subarray(0, MAGIC.length + SALT_BYTES);
  if (!sameBytes(file.subarray(0, MAGIC.length), MAGIC) || head.length < MAGIC.length + SALT_BYTES) throw new CryptoModuleError('store_malformed');
  const secret = open(keyOf(opener, head.subarray(MAGIC.length)), head, file.subarray(head.length), 'store_key_wrong');
  try {
    // What the decoder gives are views into `secret`, which lives as long as the token.
    return decode(tokenContent, secret);
  } catch (cause) {
    throw new CryptoModuleError('store_malformed', { cause });
  }
}

/** The file around an encoding of the content. The salt is bound to it also where the key does not come from a passphrase. */
export function closeTokenFile(secret: Uint8Array, opener: Opener, salt: Uint8Array): Uint8Array {
  const head = concat(MAGIC, salt);
  return concat(head, seal(keyOf(opener, salt), head, secret));
}

export function writeTokenFile(folder: string, opener: Opener, value: TokenContent, random: (length: number) => Uint8Array): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = encode(tokenContent, value);
  const file = closeTokenFile(secret, opener, random(SALT_BYTES));
  secret.fill(0);
  const fresh = join(folder, `${FILE}.new`);
  writeSynced(fresh, file);
  renameSync(fresh, join(folder, FILE));
}

export function tokenFileExists(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

function keyOf(opener: Opener, salt: Uint8Array): Uint8Array {
  if ('passphrase' in opener) return scryptSync(opener.passphrase.normalize('NFC'), salt, 32, SCRYPT);
  if (opener.key.length !== 32) throw new CryptoModuleError('store_key_wrong');
  return opener.key;
}

/** Node's permission model takes `fsync` away; a file opened for synchronous writing has the same effect. */
function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_SYNC, 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}
