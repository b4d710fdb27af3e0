// SPDX-License-Identifier: Apache-2.0
// The module itself: the operations of its door over a driver and a token. There is no other way to a key.
import { randomBytes } from 'node:crypto';
import { allowedDigestLength, checkKeyFits, digestAlgorithmOf } from './algorithm.ts';
import { certificationRequest } from './certification-request.ts';
import type { Driver, KeyHandle, Soon } from './driver.ts';
import { CryptoModuleError } from './error.ts';
import { TicketGate, type ProvenTicket, type Ticket } from './tickets.ts';
import type { Token } from './token/token.ts';
import { sameBytes } from '@sigillo/standards/bytes';
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';

export const IDENTITY_KEY = 'sam-identity';

export interface CryptoModule {
  info(): { readonly bootNonce: Uint8Array; readonly driver: string; readonly algorithms: readonly KeyAlgorithm[]; readonly identityPublicKey: Uint8Array; readonly signatures: number };
  generate(keyId: Uint8Array, algorithm: KeyAlgorithm): Promise<{ readonly wrapped: Uint8Array; readonly publicKey: Uint8Array }>;
  certificationRequest(ticket: Ticket, wrapped: Uint8Array): Promise<Uint8Array>;
  /** Signs the digests of the tickets with one key and verifies each signature with the public key that the tickets name; all or nothing. */
  sign(wrapped: Uint8Array, tickets: readonly Ticket[]): Promise<readonly Uint8Array[]>;
  identitySign(digest: Uint8Array): Uint8Array;
  mac(data: Uint8Array): Uint8Array;
  random(length: number): Uint8Array;
  seal(secret: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array): Uint8Array;
  close(): void;
}

export interface CryptoModuleParts {
  readonly driver: Driver;
  readonly token: Token;
  /** K_ticket, which the SAM holds too. */
  readonly ticketKey: Uint8Array;
  readonly monotonicMs: () => number;
  /** Signs a digest with the SAM identity key: ECDSA P-256, P1363. */
  readonly identitySign: (digest: Uint8Array) => Uint8Array;
}

const BOOT_NONCE_BYTES = 16;

export function cryptoModule({ driver, token, ticketKey, monotonicMs, identitySign }: CryptoModuleParts): CryptoModule {
  const gate = new TicketGate(ticketKey, randomBytes(BOOT_NONCE_BYTES), monotonicMs);
  let signatures = 0;

  async function signOne(key: KeyHandle, ticket: ProvenTicket): Promise<Uint8Array> {
    const algorithm = digestAlgorithmOf(ticket);
    checkKeyFits(algorithm, key.algorithm, 'ticket_algorithm');
    allowedDigestLength(algorithm, ticket.digest);
    const signature = await driver.signDigest(key, algorithm, ticket.digest);
    await driver.verifyDigest(ticket.publicKey, algorithm, ticket.digest, signature);
    signatures += 1;
    return signature;
  }

  async function signAll(key: KeyHandle, tickets: readonly ProvenTicket[]): Promise<readonly Uint8Array[]> {
    if (!sameBytes(key.publicKey, tickets[0]!.publicKey)) throw new CryptoModuleError('ticket_other_key');
    const made: Uint8Array[] = [];
    for (const ticket of tickets) made.push(await signOne(key, ticket));
    return made;
  }

  return {
    info: () => ({ bootNonce: gate.bootNonce, driver: driver.name, algorithms: driver.algorithms, identityPublicKey: token.publicKey(IDENTITY_KEY), signatures }),
    generate: async (keyId, algorithm) => driver.generate(keyId, algorithm),
    certificationRequest: async (ticket, wrapped) => {
      const proven = gate.takeCertification(ticket);
      return driver.withKey(proven.keyId, wrapped, (key) => certificationRequest(driver, key, proven));
    },
    sign: async (wrapped, tickets) => {
      if (tickets.length === 0) return [];
      const proven = gate.take(tickets);
      return driver.withKey(proven[0]!.keyId, wrapped, (key): Soon<readonly Uint8Array[]> => signAll(key, proven));
    },
    identitySign,
    mac: (data) => token.mac(data),
    random: (length) => randomBytes(length),
    seal: (secret) => token.seal(secret),
    unseal: (sealed) => token.unseal(sealed),
    close: () => token.close(),
  };
}
