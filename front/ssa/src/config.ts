// SPDX-License-Identifier: Apache-2.0
import { folder, integer, object, optional, readConfig, secretFile, string } from '@sigillo/wire';

const KEYS = {
  /** Loopback port of the HTTP door. */
  port: integer(1, 65_535),
  /** Folder of the public files that the ceremony writes. */
  publicFolder: folder,
  /** File (0600) of the 32-byte key under which the IdP MACs tokens for this room. */
  credentialTokenKey: secretFile,
  /** File to which the IdP appends ids of revoked tokens. */
  revokedTokens: string,
  /** The link to the SAM: path of its socket, file of the arrow's key. */
  sam: object({ socket: string, key: secretFile }),
  /** The link to the CA. */
  ca: object({ socket: string, key: secretFile }),
  /** What `info` says about this service. */
  info: object({ name: string, description: string, region: string, logo: string, specs: optional(string) }),
  /** Requests without a token that one address may send at once to one route, and how many more each minute. */
  burst: optional(integer(1, 100_000)),
  perMinute: optional(integer(1, 1_000_000)),
  /** Requests under way at once; more are sent away unread with Retry-After. Freezing a key, officers and health have a lane of their own. */
  requestsMax: optional(integer(1, 100_000)),
  /** Calls to the SAM under way at once; more are sent away with Retry-After. */
  callsMax: optional(integer(1, 100_000)),
  /** How long a caller waits for the SAM at most; the door's own deadlines where it is not set. */
  samDeadlineMs: optional(integer(100, 60_000)),
} as const;

export type SsaConfig = ReturnType<typeof readSsaConfig>;

export function readSsaConfig(path: string | undefined): ReturnType<typeof readConfig<typeof KEYS>> {
  return readConfig(path, KEYS);
}
