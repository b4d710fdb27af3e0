// SPDX-License-Identifier: Apache-2.0
import { folder, object, readConfig, secretFile, string, type Configuration } from '@sigillo/wire';

const KEYS = {
  /** Folder of public/*.json. */
  public: folder,
  /** File (0600) with the officers' authenticators. */
  officers: string,
  issuer: string,
  ssaUrl: string,
  client: object({ id: string, key: string }),
} as const;

export type OfficersConfig = Configuration<typeof KEYS>;

export function readOfficersConfig(path: string | undefined): OfficersConfig {
  return readConfig(path, KEYS);
}

/** The text of a file that others may not read. */
export function readSecretText(path: string): string {
  return Buffer.from(secretFile(path, 'officers')).toString('utf8');
}
