// SPDX-License-Identifier: Apache-2.0
import { monotonicMs } from '@sigillo/wire';
import { ecdsaSignatureFromDer } from '@sigillo/standards/algorithms';
import type { Driver } from './driver.ts';
import { cryptoModule, IDENTITY_KEY, type CryptoModule } from './module.ts';
import { softwareDriver } from './software/driver.ts';
import { openToken } from './token/token.ts';

export interface OpenOptions {
  /** Folder of the token. */
  readonly store: string;
  /** File (0600) with the key that opens it. */
  readonly sealKey: string;
  /** K_ticket. */
  readonly ticketKey: Uint8Array;
  /** Another driver around the software one: what a test puts in to lie. */
  readonly wrapDriver?: (driver: Driver) => Driver;
}

/** Makes the module's token with the SAM's identity key and gives its public key (SubjectPublicKeyInfo). */
export function createCryptoModule(options: Pick<OpenOptions, 'store' | 'sealKey'>): Uint8Array {
  const token = openToken({ folder: options.store, sealKeyFile: options.sealKey, create: true });
  try {
    return token.generate(IDENTITY_KEY, 'P-256');
  } finally {
    token.close();
  }
}

/** The module with the software driver, in this process. */
export function openCryptoModule(options: OpenOptions): CryptoModule {
  const token = openToken({ folder: options.store, sealKeyFile: options.sealKey });
  const driver = softwareDriver(token.wrapKey());
  return cryptoModule({
    driver: options.wrapDriver?.(driver) ?? driver,
    token,
    ticketKey: options.ticketKey,
    monotonicMs,
    identitySign: (digest) => ecdsaSignatureFromDer(token.signDigest(IDENTITY_KEY, { scheme: 'ecdsa', hash: 'sha256' }, digest), 'P-256'),
  });
}
