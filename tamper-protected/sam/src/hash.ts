// SPDX-License-Identifier: Apache-2.0
import { hkdfSync } from 'node:crypto';

export { hmacSha256, sha256 } from '@sigillo/wire';

/** RFC 5869; the label keeps keys of different purposes apart. */
export function derivedKey(secret: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), label, 32));
}
