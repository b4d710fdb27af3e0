// SPDX-License-Identifier: Apache-2.0
// The module itself: the operations of its door over a driver and a token. There is no other way to a key.
import { randomBytes } from 'node:crypto';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { allowedDigestLength, checkKeyFits, digestAlgorithmOf } from './algorithm.ts';
import { certificationRequest } from './certification-request.ts';
import { requireTrueSignature } from './checks/true-signature.ts';
import { after, type Driver, finallyDo, type KeyHandle, type Soon } from './driver.ts';
import { CryptoModuleError } from './error.ts';
import { HeldKeys } from './held-keys.ts';
import { TicketGate, type ProvenTicket, type Ticket } from './tickets.ts';
import type { Token } from './token/token.ts';
import { sameBytes } from '@sigillo/standards/bytes';
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';

export const IDENTITY_KEY = 'sam-identity';

export interface CryptoModule {
  info(): { readonly bootNonce: Uint8Array; readonly driver: string; readonly algorithms: readonly KeyAlgorithm[]; readonly identityPublicKey: Uint8Array; readonly signatures: number };
  generate(keyId: Uint8Array, algorithm: KeyAlgorithm): Promise<{ readonly wrapped: Uint8Array; readonly publicKey: Uint8Array }>;
  certificationRequest(ticket: Ticket, wrapped: Uint8Array): Promise<Uint8Array>;
  /**
   * Signs the digests of the tickets, all of one operation and one key, and verifies each signature with the public key that the tickets
   * name; all or nothing. The key stays unwrapped until `keepUntil` (monotonic milliseconds; 0: it goes at once) for further calls of the
   * operation.
   */
  sign(wrapped: Uint8Array, tickets: readonly Ticket[], keepUntil: number): Soon<readonly Uint8Array[]>;
  /** The operation has ended: its key goes. */
  forget(operation: Uint8Array): void;
  /** Tickets of older starts of the SAM are refused from now on; settles when nothing is at work any more that was taken in before. */
  enterEpoch(ticket: Ticket): Soon<void>;
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
const SWEEP_MS = 1000;
/** How long the signatures of one call keep other calls waiting: a thousand of RSA-4096 take seconds. */
const SLICE_MS = 15;

export function cryptoModule({ driver, token, ticketKey, monotonicMs, identitySign }: CryptoModuleParts): CryptoModule {
  const gate = new TicketGate(ticketKey, randomBytes(BOOT_NONCE_BYTES), monotonicMs);
  const held = new HeldKeys(driver, monotonicMs);
  const sweeping = setInterval(() => held.sweep(), SWEEP_MS);
  sweeping.unref();
  let signatures = 0;
  /** What a driver that answers later has in hand. */
  const atWork = new Set<Promise<void>>();

  function watched<T>(work: Soon<T>): Soon<T> {
    if (!(work instanceof Promise)) return work;
    const over = work.then(
      () => void atWork.delete(over),
      () => void atWork.delete(over),
    );
    atWork.add(over);
    return work;
  }

  function signOne(key: KeyHandle, ticket: ProvenTicket): Soon<Uint8Array> {
    const algorithm = digestAlgorithmOf(ticket);
    checkKeyFits(algorithm, key.algorithm, 'ticket_algorithm');
    allowedDigestLength(algorithm, ticket.digest);
    return after(driver.signDigest(key, algorithm, ticket.digest), (signature) =>
      after(requireTrueSignature(driver, algorithm, ticket, signature), () => {
        signatures += 1;
        return signature;
      }),
    );
  }

  function signAll(key: KeyHandle, tickets: readonly ProvenTicket[]): Soon<readonly Uint8Array[]> {
    if (!sameBytes(key.publicKey, tickets[0]!.publicKey)) throw new CryptoModuleError('ticket_other_key');
    return signOn(key, tickets, []);
  }

  /** Goes on with a call. Between slices whoever waits gets a turn; a SAM that has been replaced meanwhile gets no further signature. */
  function signOn(key: KeyHandle, tickets: readonly ProvenTicket[], made: Uint8Array[]): Soon<readonly Uint8Array[]> {
    const until = monotonicMs() + SLICE_MS;
    while (made.length < tickets.length) {
      if (made.length > 0 && monotonicMs() >= until) return othersFirst().then(() => signOn(key, gate.stillCurrent(tickets), made));
      const signature = signOne(key, tickets[made.length]!);
      if (signature instanceof Promise) {
        return signature.then((one) => {
          made.push(one);
          return signOn(key, tickets, made);
        });
      }
      made.push(signature);
    }
    return made;
  }

  return {
    info: () => ({ bootNonce: gate.bootNonce, driver: driver.name, algorithms: driver.algorithms, identityPublicKey: token.publicKey(IDENTITY_KEY), signatures }),
    generate: async (keyId, algorithm) => driver.generate(keyId, algorithm),
    certificationRequest: async (ticket, wrapped) => {
      const proven = gate.takeCertification(ticket);
      const key = await driver.unwrap(proven.keyId, wrapped);
      return finallyDo(
        () => certificationRequest(driver, key, proven),
        () => driver.destroy(key),
      );
    },
    sign: (wrapped, tickets, keepUntil) => {
      if (tickets.length === 0) return [];
      const proven = gate.take(tickets);
      const { operation, keyId } = proven[0]!;
      return watched(held.use({ operation, keyId, wrapped, keepUntil }, (key) => signAll(key, proven)));
    },
    forget: (operation) => held.forget(operation),
    enterEpoch: (ticket) => {
      gate.takeEpoch(ticket);
      return atWork.size === 0 ? undefined : Promise.all(atWork).then(() => undefined);
    },
    identitySign,
    mac: (data) => token.mac(data),
    random: (length) => randomBytes(length),
    seal: (secret) => token.seal(secret),
    unseal: (sealed) => token.unseal(sealed),
    close: () => {
      clearInterval(sweeping);
      held.close();
      token.close();
    },
  };
}
