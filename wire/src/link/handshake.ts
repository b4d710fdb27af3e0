// SPDX-License-Identifier: Apache-2.0
// Both ends of a link prove that they hold the key of this arrow before the first frame: sockets of one user are not apart by their permissions.
//   server → client  Ns (32 bytes)
//   client → server  Nc (32 bytes) ‖ HMAC(key, "sigillo/link/1 client" 0 door 0 Ns Nc)
//   server → client  HMAC(key, "sigillo/link/1 server" 0 door 0 Ns Nc)
import { createHmac, timingSafeEqual } from 'node:crypto';
import { HANDSHAKE_BYTES } from '@sigillo/doors/door';

export const CLIENT_PROOF_BYTES = 2 * HANDSHAKE_BYTES;
export const HANDSHAKE_TIMEOUT_MS = 5000;

export function proof(key: Uint8Array, side: 'client' | 'server', door: string, serverNonce: Uint8Array, clientNonce: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(`sigillo/link/1 ${side}\0${door}\0`).update(serverNonce).update(clientNonce).digest();
}

/** Whether the other side's proof is right; the comparison takes the same time for every wrong one. */
export function proves(expected: Uint8Array, given: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
