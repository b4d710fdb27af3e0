// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM with a fresh nonce in front and the tag behind.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concat } from '@sigillo/standards/bytes';
import { CryptoModuleError, type CryptoModuleErrorCode } from '../error.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function seal(key: Uint8Array, associated: Uint8Array, secret: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
  return concat(nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag());
}

/** The secret, or the given code where key, associated data or bytes are not the ones that sealed it. The caller wipes what it gets. */
export function open(key: Uint8Array, associated: Uint8Array, sealed: Uint8Array, code: CryptoModuleErrorCode): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new CryptoModuleError(code);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const first = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    // GCM gives everything in `update`; `final` only judges.
    decipher.final();
    return first;
  } catch (cause) {
    first.fill(0);
    throw new CryptoModuleError(code, { cause });
  }
}
