// SPDX-License-Identifier: Apache-2.0
import { folder, integer, object, readConfig, string, type Configuration } from '@sigillo/wire';

const KEYS = {
  http: object({ port: integer(1, 65_535) }),
  /** The TSA's own token: a folder and the key file (0600) that opens it. */
  token: object({ folder: string, sealKey: string }),
  /** Where genesis leaves its certification request for the CA, DER. */
  request: string,
  /** Folder of public/*: `tsa.pem`, `issuing.pem`, `roots/root.pem`. */
  public: folder,
  /** Policy under which time-stamps are issued (TSTInfo.policy). */
  policy: string,
  /** How far genTime may be from the true time, in milliseconds. */
  accuracyMs: integer(1, 60_000),
} as const;

export type TsaConfig = Configuration<typeof KEYS>;

export function readTsaConfig(path: string | undefined): TsaConfig {
  return readConfig(path, KEYS);
}
