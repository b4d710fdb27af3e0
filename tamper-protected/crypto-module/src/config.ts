// SPDX-License-Identifier: Apache-2.0
import { folder, object, readConfig, record, string, type Configuration } from '@sigillo/wire';

const KEYS = {
  /** The link door: path of its socket, and the key file of each caller. */
  listen: object({ socket: string, callers: record(string) }),
  /** Folder of the token. */
  store: folder,
  /** File (0600) with the key that opens the token. */
  sealKey: string,
  /** File (0600) with K_ticket, which the SAM holds too. */
  ticketKey: string,
  /** Folder where genesis writes `sam.json`. */
  public: string,
} as const;

export type CryptoModuleConfig = Configuration<typeof KEYS>;

export function readCryptoModuleConfig(path: string | undefined): CryptoModuleConfig {
  return readConfig(path, KEYS);
}
