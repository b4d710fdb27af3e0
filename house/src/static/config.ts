// SPDX-License-Identifier: Apache-2.0
import { folder, integer, readConfig, string, type Configuration } from '@sigillo/wire';

const KEYS = {
  port: integer(1, 65_535),
  /** Folder of the built signer's page. */
  sic: folder,
  /** Folder of public/*.json; `pins.json` is served from it. */
  public: folder,
  signOrigin: string,
  officerOrigin: string,
  issuer: string,
  ssaUrl: string,
  scaUrl: string,
} as const;

export type StaticConfig = Configuration<typeof KEYS>;

export function readStaticConfig(path: string | undefined): StaticConfig {
  return readConfig(path, KEYS);
}
