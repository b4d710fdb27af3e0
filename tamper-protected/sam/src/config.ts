// SPDX-License-Identifier: Apache-2.0
// The configuration of the SAM: one JSON file, closed. What every deployment decides for itself stands in the public files, not here.
import {
  type Configuration,
  ConfigError,
  folder,
  integer,
  list,
  object,
  optional,
  readConfig,
  secretFile,
  string,
  type Reader,
} from '@sigillo/wire';
import { fromUtf8 } from '@sigillo/standards/bytes';

/** A secret text, as a connection string, in a file that others may not read. */
const secretText: Reader<string> = (value, key) => fromUtf8(secretFile(value, key)).trim();

const copyWhen: Reader<'behind' | 'before-release'> = (value, key) => {
  if (value !== 'behind' && value !== 'before-release') throw new ConfigError(`${key} is neither "behind" nor "before-release"`);
  return value;
};

const startFrom: Reader<'snapshot' | 'beginning'> = (value, key) => {
  if (value !== 'snapshot' && value !== 'beginning') throw new ConfigError(`${key} is neither "snapshot" nor "beginning"`);
  return value;
};

const external = object({ mode: string, sockets: list(string), key: secretFile });
const internal = object({ mode: string, store: folder, sealKey: string });

export type CryptoModuleConfig =
  | { readonly mode: 'external'; readonly sockets: readonly string[]; readonly key: Uint8Array }
  | { readonly mode: 'internal'; readonly store: string; readonly sealKey: string };

/** The line that decides whether the SAM stands outside or inside the boundary of its crypto module. */
const cryptoModule: Reader<CryptoModuleConfig> = (value, key) => {
  const mode = (value as { mode?: unknown } | null)?.mode;
  if (mode === 'external') {
    const read = external(value, key);
    if (read.sockets.length === 0) throw new ConfigError(`${key}.sockets is empty`);
    return { ...read, mode };
  }
  if (mode === 'internal') return { ...internal(value, key), mode };
  throw new ConfigError(`${key}.mode is neither "external" nor "internal"`);
};

const KEYS = {
  /** The link door: path of its socket, and the key file of each caller. */
  listen: object({ socket: string, callers: object({ ssa: secretFile }) }),
  cryptoModule,
  /** File (0600) with K_ticket, which the crypto module holds too. */
  ticketKey: secretFile,
  /** Folder of the journal and the sealed state key. */
  state: folder,
  /** File (0600) with the connection string of the role `sam`. */
  database: secretText,
  /** Folder of what the ceremony wrote for all. */
  public: folder,
  /**
   * When the copy of the journal must be there: `behind` unless said otherwise, and how far it may lag; and whether a start reads the newest
   * snapshot and what follows it, or all of the journal.
   */
  journal: optional(object({ copy: copyWhen, lagSecondsMax: integer(1, 3600), startFrom: optional(startFrom) })),
  limits: optional(
    object({
      pendingOperations: integer(1, 20_000),
      operationsPerSigner: integer(1, 100),
      enrolmentsPending: integer(1, 100_000),
      approvedTickets: optional(integer(1, 2_000_000)),
    }),
  ),
} as const;

export type Config = Configuration<typeof KEYS>;

export function readSamConfig(path: string | undefined): Config {
  return readConfig(path, KEYS);
}
