// SPDX-License-Identifier: Apache-2.0
import { folder, integer, optional, readConfig, secretFile, string, type Reader } from '@sigillo/wire';

const secretText: Reader<string> = (value, key) => new TextDecoder('utf-8', { fatal: true }).decode(secretFile(value, key)).trim();

const GENESIS_KEYS = {
  /** Loopback port of the HTTP door. */
  port: integer(1, 65_535),
  /** Folder of the public files that the ceremony writes. */
  publicFolder: folder,
  /** Folder of the signing key and the cookie keys. */
  stateFolder: folder,
} as const;

const KEYS = {
  ...GENESIS_KEYS,
  /** File (0600) that holds the connection string of the role `idp`. */
  databaseUrl: secretText,
  /** File (0600) of the 32-byte key under which tokens for the SSA are MACed; the SSA holds the same. */
  credentialTokenKey: secretFile,
  /** File to which ids of revoked tokens are appended; the SSA reads it. */
  revokedTokens: string,
  /** Requests that one address may send at once to one of the limited routes, and how many more each minute. */
  burst: optional(integer(1, 100_000)),
  perMinute: optional(integer(1, 1_000_000)),
} as const;

const allPaths = { ...GENESIS_KEYS, databaseUrl: string, credentialTokenKey: string, revokedTokens: string, burst: KEYS.burst, perMinute: KEYS.perMinute } as const;

export type IdpConfig = ReturnType<typeof readIdpConfig>;

export function readIdpConfig(path: string | undefined): {
  readonly port: number;
  readonly publicFolder: string;
  readonly stateFolder: string;
  readonly databaseUrl: string;
  readonly credentialTokenKey: Uint8Array;
  readonly revokedTokens: string;
  readonly burst: number | undefined;
  readonly perMinute: number | undefined;
} {
  return readConfig(path, KEYS);
}

/** The same file at the ceremony, when the shared files need not be there yet. */
export function readGenesisConfig(path: string | undefined): { readonly publicFolder: string; readonly stateFolder: string } {
  return readConfig(path, allPaths);
}
