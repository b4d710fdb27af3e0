// SPDX-License-Identifier: Apache-2.0
// The software driver: keys are wrapped with AES-256-GCM under a key of this module; key id, public key and algorithm are bound to the blob. Signing goes through
// OpenSSL's EVP_PKEY_sign with the private key, checking through EVP_PKEY_verify with a public key that came from elsewhere.
import { KEY_ALGORITHMS } from '@sigillo/doors/crypto-module';
import { bytesUpTo, decode, encode, exactly, map, oneOf } from '@sigillo/doors/schema';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { CryptoModuleError } from '../error.ts';
import type { DigestAlgorithm, Driver, KeyHandle } from '../driver.ts';
import { boundTo } from './binding.ts';
import { isRsa, newKeyPairSoon, signMessage } from './key-pair.ts';
import { freeKey, loadPrivateKey, type NativeKey, signDigest, verifyDigest } from './openssl.ts';
import { PublicKeys } from './public-keys.ts';
import { open, seal } from './seal.ts';

/** A wrapped key: what may be known of it in front, the private key sealed behind. */
const wrappedKey = map({
  version: { key: 1, of: exactly(1), what: 'of this form' },
  algorithm: { key: 2, of: oneOf(...KEY_ALGORITHMS), what: 'of the key' },
  publicKey: { key: 3, of: bytesUpTo(4096, 32), what: 'SubjectPublicKeyInfo' },
  sealed: { key: 4, of: bytesUpTo(8192, 28), what: 'PKCS #8 under K_wrap' },
});

interface SoftwareKey extends KeyHandle {
  readonly pkcs8: Buffer;
  /** Loaded at the first digest; freed with the handle. */
  native: NativeKey | undefined;
}

export function softwareDriver(wrapKey: Uint8Array): Driver {
  const publicKeys = new PublicKeys();

  function unwrap(keyId: Uint8Array, wrapped: Uint8Array): SoftwareKey {
    let parts;
    try {
      parts = decode(wrappedKey, wrapped);
    } catch (cause) {
      throw new CryptoModuleError('key_wrapped_wrong', { cause });
    }
    const pkcs8 = open(wrapKey, boundTo(keyId, parts.algorithm, parts.publicKey), parts.sealed, 'key_wrapped_wrong');
    return { publicKey: parts.publicKey, algorithm: parts.algorithm, pkcs8, native: undefined };
  }

  return {
    name: 'software',
    algorithms: KEY_ALGORITHMS,
    async generate(keyId, algorithm) {
      const { pkcs8, publicKey } = await newKeyPairSoon(algorithm);
      try {
        const wrapped = encode(wrappedKey, { version: 1, algorithm, publicKey, sealed: seal(wrapKey, boundTo(keyId, algorithm, publicKey), pkcs8) });
        return { wrapped, publicKey };
      } finally {
        pkcs8.fill(0);
      }
    },
    unwrap,
    destroy: (key) => destroy(key as SoftwareKey),
    signDigest(key, algorithm, digest) {
      const own = key as SoftwareKey;
      own.native ??= loadPrivateKey(own.pkcs8, isRsa(own.algorithm) ? 'rsa' : 'ec');
      return signDigest(own.native, algorithm, digest);
    },
    signMessage: (key: KeyHandle, algorithm: SignatureAlgorithm, message: Uint8Array) => signMessage((key as SoftwareKey).pkcs8, algorithm, message),
    verifyDigest: (publicKey: Uint8Array, algorithm: DigestAlgorithm, digest: Uint8Array, signature: Uint8Array) =>
      verifyDigest(publicKeys.of(publicKey), algorithm, digest, signature),
  };
}

function destroy(key: SoftwareKey): void {
  key.pkcs8.fill(0);
  if (key.native !== undefined) freeKey(key.native);
  key.native = undefined;
}
