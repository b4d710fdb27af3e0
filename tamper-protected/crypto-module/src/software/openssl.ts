// SPDX-License-Identifier: Apache-2.0
// The OpenSSL inside Node, called for the one thing that node:crypto cannot do: sign and verify a ready digest (it hashes what it is given again, silently). Every
// object that is made here is freed here; a call that OpenSSL refuses throws.
import koffi from 'koffi';
import { HASHES } from '@sigillo/standards/algorithms';
import { CryptoModuleError } from '../error.ts';
import type { DigestAlgorithm } from '../driver.ts';

const node = koffi.load(null);
const d2iPrivateKey = node.func('void *d2i_AutoPrivateKey(void *out, const uint8_t **in, long length)');
const d2iPublicKey = node.func('void *d2i_PUBKEY(void *out, const uint8_t **in, long length)');
const keyFree = node.func('void EVP_PKEY_free(void *key)');
const contextNew = node.func('void *EVP_PKEY_CTX_new(void *key, void *engine)');
const contextFree = node.func('void EVP_PKEY_CTX_free(void *context)');
const setting = node.func('int EVP_PKEY_CTX_ctrl_str(void *context, const char *name, const char *value)');
const signInit = node.func('int EVP_PKEY_sign_init(void *context)');
const sign = node.func('int EVP_PKEY_sign(void *context, _Out_ uint8_t *signature, _Inout_ size_t *length, const uint8_t *digest, size_t digestLength)');
const verifyInit = node.func('int EVP_PKEY_verify_init(void *context)');
const verify = node.func('int EVP_PKEY_verify(void *context, const uint8_t *signature, size_t length, const uint8_t *digest, size_t digestLength)');
const clearErrors = node.func('void ERR_clear_error(void)');

const SIGNATURE_BYTES_MAX = 1024;
/** Larger than one byte in each; EVP functions answer 1 for success. */
const DONE = 1;

/** An EVP_PKEY. */
export type NativeKey = { readonly pointer: unknown };

export function loadPrivateKey(pkcs8: Uint8Array): NativeKey {
  return loaded(d2iPrivateKey(null, [pkcs8], pkcs8.length) as unknown);
}

export function loadPublicKey(spki: Uint8Array): NativeKey {
  return loaded(d2iPublicKey(null, [spki], spki.length) as unknown);
}

export function freeKey(key: NativeKey): void {
  keyFree(key.pointer);
}

/** The signature over a digest; ECDSA as DER. */
export function signDigest(key: NativeKey, algorithm: DigestAlgorithm, digest: Uint8Array): Uint8Array {
  return inContext(key, signInit, algorithm, (context) => {
    const signature = Buffer.alloc(SIGNATURE_BYTES_MAX);
    const length: (number | bigint)[] = [SIGNATURE_BYTES_MAX];
    if (sign(context, signature, length, digest, digest.length) !== DONE) throw failed();
    return Uint8Array.prototype.slice.call(signature, 0, Number(length[0]));
  });
}

/** Throws signature_wrong where the signature is not the key's over the digest. */
export function verifyDigest(key: NativeKey, algorithm: DigestAlgorithm, digest: Uint8Array, signature: Uint8Array): void {
  inContext(key, verifyInit, algorithm, (context) => {
    if (verify(context, signature, signature.length, digest, digest.length) === DONE) return;
    clearErrors();
    throw new CryptoModuleError('signature_wrong');
  });
}

function inContext<T>(key: NativeKey, init: (context: unknown) => unknown, algorithm: DigestAlgorithm, use: (context: unknown) => T): T {
  const context: unknown = contextNew(key.pointer, null);
  if (context === null) throw failed();
  try {
    if (init(context) !== DONE) throw failed();
    for (const [name, value] of settingsOf(algorithm)) if (Number(setting(context, name, value)) < DONE) throw failed();
    return use(context);
  } finally {
    contextFree(context);
  }
}

function settingsOf(algorithm: DigestAlgorithm): readonly (readonly [string, string])[] {
  const digest = ['digest', algorithm.hash] as const;
  switch (algorithm.scheme) {
    case 'ecdsa':
      return [digest];
    case 'rsa-pkcs1':
      return [['rsa_padding_mode', 'pkcs1'], digest];
    case 'rsa-pss':
      if (algorithm.saltBytes !== HASHES[algorithm.hash].lengthBytes) throw new CryptoModuleError('ticket_algorithm');
      return [['rsa_padding_mode', 'pss'], digest, ['rsa_pss_saltlen', String(algorithm.saltBytes)]];
  }
}

function loaded(pointer: unknown): NativeKey {
  if (pointer === null) throw failed();
  return { pointer };
}

function failed(): CryptoModuleError {
  clearErrors();
  return new CryptoModuleError('signature_failed');
}
