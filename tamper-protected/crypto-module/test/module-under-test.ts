// SPDX-License-Identifier: Apache-2.0
// A module on a fresh token, with a ticket maker that holds K_ticket as the SAM does.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CERTIFICATION_TICKET_TAG, EPOCH_TICKET_TAG, epochTicketBody, certificationTicketBody, TICKET_TAG, ticketBody, type KeyAlgorithm, type TicketBody } from '@sigillo/doors/crypto-module';
import { encode } from '@sigillo/doors/schema';
import { HASHES, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { monotonicMs } from '@sigillo/wire';
import { createCryptoModule, openCryptoModule, type CryptoModule, type DigestAlgorithm, type Driver } from '../src/index.ts';
import type { Ticket } from '../src/tickets.ts';

/** The module, with answers and refusals that always come as a promise. */
export interface AwaitedModule extends Omit<CryptoModule, 'sign'> {
  sign(wrapped: Uint8Array, tickets: readonly Ticket[], keepUntil?: number): Promise<readonly Uint8Array[]>;
}

export interface ModuleUnderTest {
  readonly module: AwaitedModule;
  readonly folder: string;
  readonly sealKey: string;
  readonly ticketKey: Uint8Array;
  close(): void;
}

export function openModuleUnderTest(wrapDriver?: (driver: Driver) => Driver): ModuleUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-cm-'));
  const sealKey = join(folder, 'seal.key');
  writeFileSync(sealKey, randomBytes(32), { mode: 0o600 });
  const store = join(folder, 'store');
  createCryptoModule({ store, sealKey });
  const ticketKey = randomBytes(32);
  const module = openCryptoModule({ store, sealKey, ticketKey, ...(wrapDriver === undefined ? {} : { wrapDriver }) });
  return {
    module: { ...module, sign: async (wrapped, tickets, keepUntil = 0) => module.sign(wrapped, tickets, keepUntil) },
    folder,
    sealKey,
    ticketKey,
    close: () => {
      module.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface KeyUnderTest {
  readonly keyId: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly publicKey: Uint8Array;
}

export async function newKey({ module }: ModuleUnderTest, algorithm: KeyAlgorithm): Promise<KeyUnderTest> {
  const keyId = randomBytes(16);
  return { keyId, ...(await module.generate(keyId, algorithm)) };
}

/** A ticket in order, but for what `change` changes. */
export function ticketFor(under: ModuleUnderTest, key: KeyUnderTest, algorithm: DigestAlgorithm, digest: Uint8Array, change: Partial<TicketBody> = {}): { readonly body: Uint8Array; readonly mac: Uint8Array } {
  const { oid, parameters } = signatureAlgorithmParts(algorithm);
  const body = encode(ticketBody, {
    version: 1,
    bootNonce: under.module.info().bootNonce,
    epoch: 1,
    operation: randomBytes(32),
    index: 0,
    keyId: key.keyId,
    publicKey: key.publicKey,
    signatureAlgorithm: oid,
    signatureParameters: parameters,
    hashAlgorithm: HASHES[algorithm.hash].oid,
    digest,
    expires: monotonicMs() + 60_000,
    ...change,
  });
  return { body, mac: macOf(under.ticketKey, TICKET_TAG, body) };
}

export function certificationTicketFor(under: ModuleUnderTest, key: KeyUnderTest, subject: Uint8Array): { readonly body: Uint8Array; readonly mac: Uint8Array } {
  const body = encode(certificationTicketBody, { version: 1, purpose: 'csr', bootNonce: under.module.info().bootNonce, epoch: 1, keyId: key.keyId, publicKey: key.publicKey, subject });
  return { body, mac: macOf(under.ticketKey, CERTIFICATION_TICKET_TAG, body) };
}

export function epochTicketFor(under: ModuleUnderTest, epoch: number): { readonly body: Uint8Array; readonly mac: Uint8Array } {
  const body = encode(epochTicketBody, { version: 1, purpose: 'epoch', bootNonce: under.module.info().bootNonce, epoch });
  return { body, mac: macOf(under.ticketKey, EPOCH_TICKET_TAG, body) };
}

export function macOf(key: Uint8Array, tag: string, body: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(`${tag}\0`).update(body).digest();
}
