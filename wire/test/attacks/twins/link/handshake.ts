// SPDX-License-Identifier: Apache-2.0
// Whoever finds the socket is let in.
export { CLIENT_PROOF_BYTES, HANDSHAKE_TIMEOUT_MS, proof } from '../../../../src/link/handshake.ts';

export function proves(): boolean {
  return true;
}
