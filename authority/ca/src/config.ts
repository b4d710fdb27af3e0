// SPDX-License-Identifier: Apache-2.0
import { folder, integer, object, optional, readConfig, record, string, type Configuration } from '@sigillo/wire';

const KEYS = {
  http: object({ port: integer(1, 65_535) }),
  /** Where others reach this CA: the base of the addresses in certificates. */
  baseUrl: string,
  /** The link door: path of its socket, and the key file of each caller. */
  listen: object({ socket: string, callers: record(string) }),
  /** The CA's own token: a folder and the key file (0600) that opens it. */
  token: object({ folder: string, sealKey: string }),
  /** File (0600) with the connection string of role `ca`. */
  database: string,
  /** Folder of public/*. */
  public: folder,
  /** The TSA's certification request, which genesis certifies. */
  tsaRequest: optional(string),
} as const;

export type CaConfig = Configuration<typeof KEYS>;

export function readCaConfig(path: string | undefined): CaConfig {
  return readConfig(path, KEYS);
}
