// SPDX-License-Identifier: Apache-2.0
import { KEY_ALGORITHMS, type KeyAlgorithm } from '@sigillo/doors/crypto-module';
import { bytes, bytesUpTo, encode, map, oneOf } from '@sigillo/doors/schema';
import { concat, utf8 } from '@sigillo/standards/bytes';

const binding = map({
  keyId: { key: 1, of: bytes(16), what: 'the key id' },
  algorithm: { key: 2, of: oneOf(...KEY_ALGORITHMS), what: 'of the key' },
  publicKey: { key: 3, of: bytesUpTo(4096, 32), what: 'SubjectPublicKeyInfo' },
});
const BINDING_TAG = utf8('sigillo/wrapped-key/1\0');

/** What the seal of a wrapped key is bound to: a blob opens for this key id, kind and public key only. */
export function boundTo(keyId: Uint8Array, algorithm: KeyAlgorithm, publicKey: Uint8Array): Uint8Array {
  return concat(BINDING_TAG, encode(binding, { keyId, algorithm, publicKey }));
}
