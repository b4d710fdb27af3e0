// SPDX-License-Identifier: Apache-2.0
import { monotonicMs } from '@sigillo/wire';
import { ecdsaSignatureFromDer } from '@sigillo/standards/algorithms';
import type { Driver } from './driver.ts';
import { cryptoModule, IDENTITY_KEY, type CryptoModule } from './module.ts';
import { softwareDriver } from './software/driver.ts';
import { openToken, type OpenerOptions, type TokenOptions } from './token/token.ts';

/** Where the token is, and what opens it. */
export type StoreOptions = { readonly store: string } & ({ readonly sealKey: string } | OpenerOptions);

export type OpenOptions = StoreOptions & {
  /** K_ticket. */
  readonly ticketKey: Uint8Array;
  /** Another driver around the software one: what a test puts in to lie. */
  readonly wrapDriver?: (driver: Driver) => Driver;
};

/** Makes the module's token with the SAM's identity key and gives its public key (SubjectPublicKeyInfo). */
export function createCryptoModule(options: StoreOptions): Uint8Array {
  const token = openToken({ ...tokenOptions(options), create: true });
  try {
    return token.generate(IDENTITY_KEY, 'P-256');
  } finally {
    token.close();
  }
}

/** The module with the software driver, in this process. */
export function openCryptoModule(options: OpenOptions): CryptoModule {
  const token = openToken(tokenOptions(options));
  const driver = softwareDriver(token.wrapKey());
  return cryptoModule({
    driver: options.wrapDriver?.(driver) ?? driver,
    token,
    ticketKey: options.ticketKey,
    monotonicMs,
    identitySign: (digest) => ecdsaSignatureFromDer(token.signDigest(IDENTITY_KEY, { scheme: 'ecdsa', hash: 'sha256' }, digest), 'P-256'),
  });
}

function tokenOptions(options: StoreOptions): TokenOptions {
  if ('sealKey' in options) return { folder: options.store, sealKeyFile: options.sealKey };
  return options.passphrase === undefined ? { folder: options.store, sealKeyFile: options.sealKeyFile } : { folder: options.store, passphrase: options.passphrase };
}
