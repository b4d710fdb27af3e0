// SPDX-License-Identifier: Apache-2.0
import { createHmac, hkdfSync } from 'node:crypto';

export { sha256 } from '@sigillo/wire';

export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** RFC 5869; the label keeps keys of different purposes apart. */
export function derivedKey(secret: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), label, 32));
}
