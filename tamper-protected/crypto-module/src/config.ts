// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from '@sigillo/standards/bytes';
import { ConfigError, type Configuration, folder, object, optional, readConfig, record, secretFile, string } from '@sigillo/wire';
import type { OpenerOptions } from './token/token.ts';

const KEYS = {
  /** The link door: path of its socket, and the key file of each caller. */
  listen: object({ socket: string, callers: record(string) }),
  /** Folder of the token. */
  store: folder,
  /** File (0600) with the key of 32 bytes that opens the token; or, instead, one with a passphrase. */
  sealKey: optional(string),
  sealPassphrase: optional(string),
  /** File (0600) with K_ticket, which the SAM holds too. */
  ticketKey: string,
  /** Folder where genesis writes `sam.json`. */
  public: string,
} as const;

export type CryptoModuleConfig = Configuration<typeof KEYS>;

export function readCryptoModuleConfig(path: string | undefined): CryptoModuleConfig {
  return readConfig(path, KEYS);
}

export function openerOptions({ sealKey, sealPassphrase }: Pick<CryptoModuleConfig, 'sealKey' | 'sealPassphrase'>): OpenerOptions {
  if (sealKey !== undefined && sealPassphrase === undefined) return { sealKeyFile: sealKey };
  if (sealKey === undefined && sealPassphrase !== undefined) return { passphrase: fromUtf8(secretFile(sealPassphrase, 'sealPassphrase')).replace(/\r?\n$/, '') };
  throw new ConfigError('one of sealKey and sealPassphrase must be there, and not both');
}
