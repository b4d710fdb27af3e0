// SPDX-License-Identifier: Apache-2.0
import { AlgorithmError, HASHES, type SignatureAlgorithm, signatureAlgorithmOf } from '@sigillo/standards/algorithms';
import { Asn1Error } from '@sigillo/standards/asn1';
import type { KeyAlgorithm, TicketBody } from '@sigillo/doors/crypto-module';
import { CryptoModuleError, type CryptoModuleErrorCode } from './error.ts';
import type { DigestAlgorithm } from './driver.ts';

/** The algorithm that a ticket names: one that signs a digest, with the hash that the ticket names too. */
export function digestAlgorithmOf(ticket: Pick<TicketBody, 'signatureAlgorithm' | 'signatureParameters' | 'hashAlgorithm'>): DigestAlgorithm {
  try {
    const algorithm = signatureAlgorithmOf({ oid: ticket.signatureAlgorithm, parameters: ticket.signatureParameters });
    if ('hash' in algorithm && HASHES[algorithm.hash].oid === ticket.hashAlgorithm) return algorithm;
  } catch (cause) {
    if (cause instanceof AlgorithmError || cause instanceof Asn1Error) throw new CryptoModuleError('ticket_algorithm', { cause });
    throw cause;
  }
  throw new CryptoModuleError('ticket_algorithm');
}

export function allowedDigestLength(algorithm: DigestAlgorithm, digest: Uint8Array): void {
  if (digest.length !== HASHES[algorithm.hash].lengthBytes) throw new CryptoModuleError('ticket_algorithm');
}

/** OpenSSL goes by the key alone: without this an RSA key would answer for an ECDSA algorithm, and rightly so in its own eyes. */
export function checkKeyFits(algorithm: SignatureAlgorithm, key: KeyAlgorithm, code: CryptoModuleErrorCode): void {
  if (!SCHEMES[key].includes(algorithm.scheme)) throw new CryptoModuleError(code);
}

const RSA = ['rsa-pkcs1', 'rsa-pss'] as const;
const SCHEMES: Readonly<Record<KeyAlgorithm, readonly SignatureAlgorithm['scheme'][]>> = {
  'P-256': ['ecdsa'],
  'P-384': ['ecdsa'],
  'RSA-3072': RSA,
  'RSA-4096': RSA,
  Ed25519: ['ed25519'],
  'ML-DSA-65': ['ml-dsa-65'],
};
