// SPDX-License-Identifier: Apache-2.0
import { folder, integer, object, optional, readConfig, secretFile, string } from '@sigillo/wire';

const KEYS = {
  /** Loopback port of the HTTP door. */
  port: integer(1, 65_535),
  /** Folder of the public files that the ceremony writes. */
  publicFolder: folder,
  /** Folder for documents under way, of this process alone; emptied at each start. */
  spoolFolder: folder,
  /** This room as a client: registered id, file (0600) of its private JWK. */
  client: object({ id: string, key: secretFile }),
  /** Limits; each has a default (document/limits.ts). */
  documentBytesMax: optional(integer(1024, 1_000_000_000)),
  documentsPerOwnerMax: optional(integer(1, 10_000)),
  ownerBytesMax: optional(integer(1024, 1_000_000_000_000)),
  arrivingPerOwnerMax: optional(integer(1, 1000)),
  documentsMax: optional(integer(1, 100_000)),
  spoolBytesMax: optional(integer(1024, 1_000_000_000_000)),
  /** Documents that are read at once, and the limits of each reading. */
  readersMax: optional(integer(1, 64)),
  readerSecondsMax: optional(integer(1, 600)),
  readerMemoryMiBMax: optional(integer(64, 8192)),
} as const;

export type ScaConfig = ReturnType<typeof readScaConfig>;

export function readScaConfig(path: string | undefined): ReturnType<typeof readConfig<typeof KEYS>> {
  return readConfig(path, KEYS);
}
