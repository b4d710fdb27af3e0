// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '@sigillo/standards/bytes';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: nonce, ciphertext, tag. */
export function sealBytes(key: Uint8Array, associated: Uint8Array, plain: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  return concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Sealed bytes do not open: key, associated data or the bytes themselves are others. Whoever opens them gives that a name of its own. */
export class SealedBytesError extends Error {
  override readonly name = 'SealedBytesError';
}

/** Throws SealedBytesError where key, associated data or bytes are others. */
export function openBytes(key: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealedBytesError('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    return concat(plain, decipher.final());
  } catch (cause) {
    throw new SealedBytesError('not what was sealed', { cause });
  }
}
