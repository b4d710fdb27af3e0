// SPDX-License-Identifier: Apache-2.0
import { AlgorithmError, HASHES, signatureAlgorithmOf } from '@sigillo/standards/algorithms';
import type { TicketBody } from '@sigillo/doors/crypto-module';
import { CryptoModuleError } from './error.ts';
import type { DigestAlgorithm } from './driver.ts';

/** The algorithm that a ticket names: one that signs a digest, with the hash that the ticket names too. */
export function digestAlgorithmOf(ticket: Pick<TicketBody, 'signatureAlgorithm' | 'signatureParameters' | 'hashAlgorithm'>): DigestAlgorithm {
  try {
    const algorithm = signatureAlgorithmOf({ oid: ticket.signatureAlgorithm, parameters: ticket.signatureParameters });
    if ('hash' in algorithm && HASHES[algorithm.hash].oid === ticket.hashAlgorithm) return algorithm;
  } catch (cause) {
    if (cause instanceof AlgorithmError) throw new CryptoModuleError('ticket_algorithm', { cause });
    throw cause;
  }
  throw new CryptoModuleError('ticket_algorithm');
}

export function allowedDigestLength(algorithm: DigestAlgorithm, digest: Uint8Array): void {
  if (digest.length !== HASHES[algorithm.hash].lengthBytes) throw new CryptoModuleError('ticket_algorithm');
}
