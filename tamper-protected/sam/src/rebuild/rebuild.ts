// SPDX-License-Identifier: Apache-2.0
// Makes the SAM's folder anew from the copy in the database, when its disk is lost; only by intent of an operator, and only where there is
// no journal. All happens in a folder beside, which takes its place as the last step: whatever interrupts this, it can be begun again.
// The SAM that wrote so far is fenced: the crypto module refuses its tickets, and the copy its groups.
import { join } from 'node:path';
import { encode } from '@sigillo/doors/schema';
import { requireSameDeployment } from '../checks/same-deployment.ts';
import { CryptoModule } from '../crypto-module.ts';
import { allPorts } from '../crypto-module-ports.ts';
import { derivedKey } from '../hash.ts';
import { rebuiltDetail } from '../journal/details.ts';
import { JournalError } from '../journal/error.ts';
import { listSegments } from '../journal/segments.ts';
import type { BoundRow } from '../records/row-mac.ts';
import { RowMac } from '../records/row-mac.ts';
import { assemble, type SamOptions } from '../sam.ts';
import { hasFile, keepStateKey, openStateKey, restoreStateKey, type StateKey, type StateKeyOptions } from '../state-key.ts';
import type { State } from '../state.ts';
import { stopKey } from '../stop.ts';
import type { RecoveryDatabase } from './recovery-database.ts';
import { SegmentWriter, takeCopy, type Taken } from './take-copy.ts';
import { Touched } from './touched.ts';

const ROWS_PER_RECORD = 100;

export interface RebuildOptions extends SamOptions {
  readonly recovery: RecoveryDatabase;
}

export interface Rebuilt {
  /** Groups and records that were taken from the copy. */
  readonly groups: number;
  readonly records: number;
  /** Groups of the copy that could not be taken; they are set aside. */
  readonly left: number;
  /** Rows that were newer than these groups. */
  readonly rows: number;
  /** Keys that are suspended. */
  readonly keys: number;
}

export async function rebuildJournal(options: RebuildOptions): Promise<Rebuilt> {
  const { powers, folder, recovery, deployment } = options;
  const journalFolder = join(folder, 'journal');
  powers.disk.makeFolder(journalFolder);
  if (listSegments(powers.disk, journalFolder).length > 0)
    throw new JournalError('journal_present', `${journalFolder} has a journal: start the SAM with it. If it is not the newest, move the folder away first`);
  const cryptoModule = new CryptoModule(allPorts(options), options.ticketKey, powers.monotonic);
  const stateKey = await stateKeyOf({ ...options, journalFolder, cryptoModule });
  const beside = emptied(options, join(folder, 'journal.rebuilding'));
  const touched = new Touched();
  const taken = await takeCopy(
    recovery.groups(),
    derivedKey(stateKey.secret, 'sigillo/sam/journal/1'),
    new SegmentWriter(powers.disk, beside),
    (record) => touched.addRecord(record),
  );
  requireSomething(taken);
  const state = assemble(withoutCopying(options), cryptoModule, beside, stateKey.secret);
  requireSameDeployment(state.memory.genesis!, deployment);
  await touched.addNewerRows(recovery.versions(), options.database, state.index, new RowMac(deployment.deploymentId, stateKey.secret));
  const rebuilt = await recordRebuilt(state, touched, taken);
  await cryptoModule.enterEpoch(state.memory.epoch);
  await recovery.continueCopy(taken.group, [...state.journal.groupsFrom(taken.group + 1)]);
  await keepStateKey(options.database, stateKey.sealed, powers.log);
  state.rows.close();
  await state.journal.close();
  state.snapshots.removeAll();
  powers.disk.rename(beside, journalFolder);
  return rebuilt;
}

/** The key of the folder, or the one that the database keeps. */
async function stateKeyOf(options: StateKeyOptions): Promise<StateKey> {
  if (hasFile(options)) return openStateKey(options);
  const sealed = await options.database.getStateKey();
  if (sealed === undefined)
    throw new JournalError('state_key_missing', 'neither the folder nor the database has it: nothing can be verified without. Bring state.key back from a backup of the folder');
  return restoreStateKey(options, sealed);
}

/** What a rebuild that was interrupted left is of no use. */
function emptied({ powers: { disk } }: RebuildOptions, folder: string): string {
  disk.makeFolder(folder);
  for (const name of disk.list(folder)) disk.remove(join(folder, name));
  return folder;
}

function requireSomething({ group, highest }: Taken): void {
  if (highest === 0) throw new JournalError('journal_copy_empty', 'the copy has no group: there is nothing to rebuild from');
  if (group === 0) throw new JournalError('journal_copy_foreign', 'the first group of the copy is missing or not of this state key: is this the right database?');
}

/** The new groups come to the copy at the end, in one step with what they replace. Snapshots that stayed may know more than the copy. */
function withoutCopying(options: RebuildOptions): SamOptions {
  return { ...options, startFromBeginning: true, copyBeforeRelease: false, database: { ...options.database, putGroups: () => Promise.resolve() } };
}

async function recordRebuilt(state: State, touched: Touched, { group, record, highest }: Taken): Promise<Rebuilt> {
  const rows = touched.rows(state.index);
  for (const [part, some] of parts(rows).entries()) {
    const detail = encode(rebuiltDetail, { taken: group, highest, rows: rows.length, part });
    state.journal.append({ event: 'rebuilt', rows: some, detail });
  }
  const keys = touched.keys(state.memory, rows);
  await Promise.all(keys.map((keyId) => stopKey(state, keyId, 'suspended', 'journal_rebuilt')));
  await state.journal.durable();
  await state.rows.settled();
  return { groups: group, records: record, left: highest - group, rows: rows.length, keys: keys.length };
}

/** At least one, so that there is always a record. */
function parts(rows: readonly BoundRow[]): readonly (readonly BoundRow[])[] {
  const count = Math.max(1, Math.ceil(rows.length / ROWS_PER_RECORD));
  return Array.from({ length: count }, (_, i) => rows.slice(i * ROWS_PER_RECORD, (i + 1) * ROWS_PER_RECORD));
}
