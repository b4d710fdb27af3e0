// SPDX-License-Identifier: Apache-2.0
// The OpenSSL inside Node, called for the one thing that node:crypto cannot do: sign and verify a ready digest (it hashes what it is given again, silently). Every
// object that is made here is freed here; a call that OpenSSL refuses throws.
import koffi from 'koffi';
import { HASHES } from '@sigillo/standards/algorithms';
import { CryptoModuleError } from '../error.ts';
import type { DigestAlgorithm } from '../driver.ts';

const node = koffi.load(null);
const d2iPrivateKey = node.func('void *d2i_PrivateKey(int type, void *out, const uint8_t **in, long length)');
const d2iPublicKey = node.func('void *d2i_PUBKEY(void *out, const uint8_t **in, long length)');
const keyFree = node.func('void EVP_PKEY_free(void *key)');
const contextNew = node.func('void *EVP_PKEY_CTX_new(void *key, void *engine)');
const contextFree = node.func('void EVP_PKEY_CTX_free(void *context)');
const setting = node.func('int EVP_PKEY_CTX_ctrl_str(void *context, const char *name, const char *value)');
const signInit = node.func('int EVP_PKEY_sign_init(void *context)');
const sign = node.func('int EVP_PKEY_sign(void *context, uint8_t *signature, size_t *length, const uint8_t *digest, size_t digestLength)');
const verifyInit = node.func('int EVP_PKEY_verify_init(void *context)');
const verify = node.func('int EVP_PKEY_verify(void *context, const uint8_t *signature, size_t length, const uint8_t *digest, size_t digestLength)');
const clearErrors = node.func('void ERR_clear_error(void)');

const SIGNATURE_BYTES_MAX = 1024;
/** Where OpenSSL writes; one call is over before the next begins. */
const written = Buffer.alloc(SIGNATURE_BYTES_MAX);
const writtenLength = new BigUint64Array(1);
/** Larger than one byte in each; EVP functions answer 1 for success. */
const DONE = 1;
/** NID_rsaEncryption and NID_X9_62_id_ecPublicKey of OpenSSL's objects. */
const KEY_TYPE = { rsa: 6, ec: 408 } as const;

/** An EVP_PKEY, with the contexts that were made ready for it: each serves every signature or check of its algorithm. */
export interface NativeKey {
  readonly pointer: unknown;
  readonly contexts: Map<string, unknown>;
}

/** Reads PKCS #8. */
export function loadPrivateKey(pkcs8: Uint8Array, type: keyof typeof KEY_TYPE): NativeKey {
  return loaded(d2iPrivateKey(KEY_TYPE[type], null, [pkcs8], pkcs8.length) as unknown);
}

export function loadPublicKey(spki: Uint8Array): NativeKey {
  return loaded(d2iPublicKey(null, [spki], spki.length) as unknown);
}

export function freeKey(key: NativeKey): void {
  for (const context of key.contexts.values()) contextFree(context);
  key.contexts.clear();
  keyFree(key.pointer);
}

/** The signature over a digest; ECDSA as DER. */
export function signDigest(key: NativeKey, algorithm: DigestAlgorithm, digest: Uint8Array): Uint8Array {
  const context = contextOf(key, signInit, algorithm);
  writtenLength[0] = BigInt(SIGNATURE_BYTES_MAX);
  if (sign(context, written, writtenLength, digest, digest.length) !== DONE) throw failed();
  return Uint8Array.prototype.slice.call(written, 0, Number(writtenLength[0]));
}

/** Throws signature_wrong where the signature is not the key's over the digest. */
export function verifyDigest(key: NativeKey, algorithm: DigestAlgorithm, digest: Uint8Array, signature: Uint8Array): void {
  const context = contextOf(key, verifyInit, algorithm);
  if (verify(context, signature, signature.length, digest, digest.length) === DONE) return;
  clearErrors();
  throw new CryptoModuleError('signature_wrong');
}

/** A key either signs or verifies, so the algorithm alone names its context. */
function contextOf(key: NativeKey, init: (context: unknown) => unknown, algorithm: DigestAlgorithm): unknown {
  const name = `${algorithm.scheme} ${algorithm.hash} ${'saltBytes' in algorithm ? algorithm.saltBytes : ''}`;
  const ready = key.contexts.get(name);
  if (ready !== undefined) return ready;
  const context: unknown = contextNew(key.pointer, null);
  if (context === null) throw failed();
  try {
    if (init(context) !== DONE) throw failed();
    for (const [setTo, value] of settingsOf(algorithm)) if (Number(setting(context, setTo, value)) < DONE) throw failed();
  } catch (cause) {
    contextFree(context);
    throw cause;
  }
  key.contexts.set(name, context);
  return context;
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
  return { pointer, contexts: new Map() };
}

function failed(): CryptoModuleError {
  clearErrors();
  return new CryptoModuleError('signature_failed');
}
