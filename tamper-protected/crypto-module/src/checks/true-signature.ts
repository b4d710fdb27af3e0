// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithm, Driver, Soon } from '../driver.ts';
import type { ProvenTicket } from '../tickets.ts';

/** What the token gave is the signature that was asked for, by the key that the ticket names; or it never leaves (signature_wrong). */
export function requireTrueSignature(driver: Driver, algorithm: DigestAlgorithm, ticket: ProvenTicket, signature: Uint8Array): Soon<void> {
  return driver.verifyDigest(ticket.publicKey, algorithm, ticket.digest, signature);
}
