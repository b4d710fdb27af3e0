// SPDX-License-Identifier: Apache-2.0
// K_state: the SAM's one secret, from which the keys of rows, journal and subjects are derived. A file of the SAM's folder holds it, sealed
// by the crypto module, and the database holds the same sealed bytes, so that the loss of the folder is not the loss of the key. A wrong one
// opens nothing: the MACs of journal and rows tell.
import { join } from 'node:path';
import { sameBytes } from '@sigillo/standards/bytes';
import { LinkError, type Log } from '@sigillo/wire';
import type { CryptoModule } from './crypto-module.ts';
import type { Database } from './database.ts';
import type { Disk } from './journal/disk.ts';
import { JournalError } from './journal/error.ts';
import { listSegments } from './journal/segments.ts';
import type { Powers } from './powers.ts';
import { SamRefusal } from './refusals.ts';

const NAME = 'state.key';

export interface StateKeyOptions {
  readonly powers: Pick<Powers, 'disk' | 'random' | 'log'>;
  readonly folder: string;
  readonly journalFolder: string;
  readonly cryptoModule: CryptoModule;
  readonly database: Pick<Database, 'getStateKey'>;
}

export interface StateKey {
  readonly secret: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The state key of the folder; made at the first start, and only while there is neither a journal nor a key in the database. */
export async function openStateKey(options: StateKeyOptions): Promise<StateKey> {
  const { powers, folder, journalFolder, cryptoModule, database } = options;
  if (hasFile(options)) return unsealed(cryptoModule, powers.disk.read(join(folder, NAME)), NAME);
  const hasJournal = listSegments(powers.disk, journalFolder).length > 0;
  const sealed = await database.getStateKey();
  if (sealed === undefined && hasJournal) throw new JournalError('state_key_missing', `neither ${NAME} nor the database has it`);
  if (sealed !== undefined && !hasJournal)
    throw new JournalError('journal_behind_copy', 'file: none; the database belongs to a deployment. Restore the newest folder, or rebuild it from the copy by intent');
  if (sealed !== undefined) return restoreStateKey(options, sealed);
  const secret = powers.random(32);
  const fresh = { secret, sealed: await cryptoModule.seal(secret) };
  writeFile(powers.disk, folder, fresh.sealed);
  return fresh;
}

/** The state key of a folder that has lost it, from the database: into the folder again, once it is known to open. */
export async function restoreStateKey({ powers, folder, cryptoModule }: StateKeyOptions, sealed: Uint8Array): Promise<StateKey> {
  const stateKey = await unsealed(cryptoModule, sealed, 'the one in the database');
  writeFile(powers.disk, folder, sealed);
  powers.log.warn('state_key_restored');
  return stateKey;
}

export function hasFile({ powers, folder }: Pick<StateKeyOptions, 'powers' | 'folder'>): boolean {
  return powers.disk.list(folder).includes(NAME);
}

/** Gives the database the sealed key that the journal has proved to be the right one. */
export async function keepStateKey(database: Database, sealed: Uint8Array, log: Log): Promise<void> {
  const kept = await database.getStateKey();
  if (kept !== undefined && sameBytes(kept, sealed)) return;
  if (kept !== undefined) log.warn('state_key_healed');
  await database.putStateKey(sealed);
}

async function unsealed(cryptoModule: CryptoModule, sealed: Uint8Array, place: string): Promise<StateKey> {
  try {
    return { secret: new Uint8Array(await cryptoModule.unseal(sealed)), sealed: new Uint8Array(sealed) };
  } catch (cause) {
    // A module that is away says nothing about the key.
    if (cause instanceof SamRefusal && cause.cause instanceof LinkError && cause.cause.kind !== 'refused') throw cause;
    throw new JournalError('state_key_wrong', place, { cause });
  }
}

function writeFile(disk: Disk, folder: string, sealed: Uint8Array): void {
  const fresh = join(folder, `${NAME}.new`);
  try {
    if (disk.list(folder).includes(`${NAME}.new`)) disk.remove(fresh);
    const file = disk.create(fresh);
    disk.writeNow(file, sealed, 0);
    disk.close(file);
    disk.rename(fresh, join(folder, NAME));
  } catch (cause) {
    throw new JournalError('journal_write_failed', NAME, { cause });
  }
}
