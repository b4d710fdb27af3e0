// SPDX-License-Identifier: Apache-2.0
import { message } from '@sigillo/doors/door';
import { bytes, bytesUpTo, map } from '@sigillo/doors/schema';

/** What goes through both links of the bare chain. */
export const chainDoor = {
  sign: message(1, 'sign a digest, and verify the signature', map({ digest: { key: 1, of: bytes(32), what: 'SHA-256' } }), map({ signature: { key: 1, of: bytesUpTo(80, 1), what: 'DER' } }), 25_000),
} as const;
export type ChainDoor = typeof chainDoor;
