// SPDX-License-Identifier: Apache-2.0
// A token with named keys, for those who sign what they made themselves: the CA, the TSA, and the SAM's identity. Every signature is verified before it leaves.
import { createHmac, randomBytes } from 'node:crypto';
import { concat, utf8 } from '@sigillo/standards/bytes';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';
import { secretFile } from '@sigillo/wire';
import { checkKeyFits } from '../algorithm.ts';
import type { DigestAlgorithm } from '../driver.ts';
import { CryptoModuleError } from '../error.ts';
import { isRsa, newKeyPair, signMessage, verifyMessage } from '../software/key-pair.ts';
import { freeKey, loadPrivateKey, signDigest, type NativeKey } from '../software/openssl.ts';
import { open, seal } from '../software/seal.ts';
import { readTokenFile, tokenFileExists, writeTokenFile, type Opener, type TokenContent } from './store.ts';

/** What opens a token: a file (0600) with 32 bytes, or a passphrase. */
export type OpenerOptions =
  | { readonly sealKeyFile: string; readonly passphrase?: undefined }
  | { readonly passphrase: string; readonly sealKeyFile?: undefined };

export type TokenOptions = OpenerOptions & {
  readonly folder: string;
  /** Makes the token; refuses where there is one. */
  readonly create?: boolean;
};

export interface Token {
  /** Makes a named key and gives its SubjectPublicKeyInfo. */
  generate(name: string, algorithm: KeyAlgorithm): Uint8Array;
  publicKey(name: string): Uint8Array;
  /** Signs a message; ECDSA as DER. Throws signature_wrong rather than give a signature that does not verify. */
  sign(name: string, algorithm: SignatureAlgorithm, message: Uint8Array): Uint8Array;
  /** Signs a ready digest, without the check that `sign` makes: for the SAM's statements, which their readers verify. ECDSA as DER. */
  signDigest(name: string, algorithm: DigestAlgorithm, digest: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 under K_mix. */
  mac(data: Uint8Array): Uint8Array;
  /** Encrypts and decrypts a secret under K_seal. */
  seal(secret: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array): Uint8Array;
  /** K_wrap, for a driver in this process only. */
  wrapKey(): Uint8Array;
  close(): void;
}

const SEAL_TAG = utf8('sigillo/state-key/1\0');
const MAC_TAG = utf8('sigillo/mac/1\0');

export function openToken(options: TokenOptions): Token {
  const opener = openerOf(options);
  if (options.create === true) create(options.folder, opener);
  let content = readTokenFile(options.folder, opener);
  const keyOf = (name: string): TokenContent['keys'][number] => {
    const key = content.keys.find((one) => one.name === name);
    if (key === undefined) throw new CryptoModuleError('key_unknown');
    return key;
  };
  const loaded = new Map<string, NativeKey>();
  return {
    generate(name, algorithm) {
      if (content.keys.some((one) => one.name === name)) throw new CryptoModuleError('key_exists');
      const { pkcs8, publicKey } = newKeyPair(algorithm);
      const next = { ...content, keys: [...content.keys, { name, algorithm, pkcs8, publicKey }] };
      writeTokenFile(options.folder, opener, next, randomBytes);
      content = next;
      return publicKey;
    },
    publicKey: (name) => keyOf(name).publicKey,
    sign(name, algorithm, message) {
      const key = keyOf(name);
      checkKeyFits(algorithm, key.algorithm, 'key_algorithm');
      const signature = signMessage(key.pkcs8, algorithm, message);
      verifyMessage(key.publicKey, algorithm, message, signature);
      return signature;
    },
    signDigest(name, algorithm, digest) {
      let native = loaded.get(name);
      if (native === undefined) {
        const { pkcs8, algorithm: kind } = keyOf(name);
        loaded.set(name, (native = loadPrivateKey(pkcs8, isRsa(kind) ? 'rsa' : 'ec')));
      }
      return signDigest(native, algorithm, digest);
    },
    mac: (data) => createHmac('sha256', content.mixKey).update(MAC_TAG).update(data).digest(),
    seal: (secret) => seal(content.sealKey, SEAL_TAG, secret),
    unseal: (sealed) => open(content.sealKey, SEAL_TAG, sealed, 'sealed_wrong'),
    wrapKey: () => content.wrapKey,
    close() {
      for (const native of loaded.values()) freeKey(native);
      loaded.clear();
      for (const key of content.keys) key.pkcs8.fill(0);
      for (const key of [content.wrapKey, content.mixKey, content.sealKey]) key.fill(0);
    },
  };
}

function openerOf(options: OpenerOptions): Opener {
  return options.passphrase === undefined ? { key: secretFile(options.sealKeyFile, 'sealKey') } : { passphrase: options.passphrase };
}

function create(folder: string, opener: Opener): void {
  if (tokenFileExists(folder)) throw new CryptoModuleError('store_exists');
  const secret = concat(randomBytes(96));
  writeTokenFile(folder, opener, { version: 1, wrapKey: secret.subarray(0, 32), mixKey: secret.subarray(32, 64), sealKey: secret.subarray(64), keys: [] }, randomBytes);
  secret.fill(0);
}
