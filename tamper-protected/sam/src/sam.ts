// SPDX-License-Identifier: Apache-2.0
// Puts the SAM together: opens the state key, reads the journal, compares it with its copy and with the deployment, ends what a crash left
// open, and only then serves.
import { join } from 'node:path';
import type { SamDoor } from '@sigillo/doors/sam';
import { encode } from '@sigillo/doors/schema';
import type { Handlers } from '@sigillo/wire';
import { Operations } from './activation/operations.ts';
import { requireSameDeployment } from './checks/same-deployment.ts';
import { Clock } from './clock.ts';
import { CryptoModule } from './crypto-module.ts';
import { allPorts, type CryptoModulePorts } from './crypto-module-ports.ts';
import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import { samHandlers } from './door.ts';
import { BegunEnrolments } from './enrolment/begun.ts';
import { recordGenesis } from './genesis.ts';
import { derivedKey } from './hash.ts';
import { compareWithCopy, JournalCopy } from './journal/copy.ts';
import type { JournalErrorCode } from './journal/error.ts';
import { refusedRowDetail } from './journal/details.ts';
import { Journal } from './journal/journal.ts';
import { Memory } from './memory.ts';
import { PasskeyVerifier } from './passkey.ts';
import type { Powers } from './powers.ts';
import { RowIndex } from './records/row-index.ts';
import { rightfulIds } from './records/rightful-ids.ts';
import { RowMac } from './records/row-mac.ts';
import { RowStore } from './records/row-store.ts';
import { SEED_BYTES } from './records/seeded-hash.ts';
import { endWhatWasOpen, recordStarted } from './recover.ts';
import { Snapshots } from './snapshot/snapshots.ts';
import { Envelopes } from './signing-key/envelope.ts';
import { keepStateKey, openStateKey } from './state-key.ts';
import type { Limits, State } from './state.ts';
import { SubjectKeys } from './subject-keys.ts';
import { sweep } from './sweep.ts';

export interface SamOptions extends CryptoModulePorts {
  readonly powers: Powers;
  readonly deployment: Deployment;
  readonly ticketKey: Uint8Array;
  readonly database: Database;
  /** Folder of the journal and the sealed state key. */
  readonly folder: string;
  readonly copyBeforeRelease: boolean;
  readonly limits: Limits;
  /** Reads all of the journal, whatever snapshots there are. */
  readonly startFromBeginning?: boolean;
  /** How much the journal grows before memory is written down; for tests. */
  readonly snapshotEveryBytes?: number;
  /** How large a file of the journal becomes; for tests. */
  readonly segmentBytesMax?: number;
  /** How many zeros are written ahead; for tests. */
  readonly roomBytes?: number;
}

export interface Sam {
  readonly state: State;
  readonly handlers: Handlers<SamDoor>;
  /** To be called every second. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const STOPPED = 'stopped';

/** Far below the second within which a copy is promised. */
const COPY_GATHER_MS = 100;
/** Operation numbers of one start: the upper part is the number of the start. */
const NUMBERS_PER_START = 2 ** 30;

export async function openSam(options: SamOptions): Promise<Sam> {
  const { powers, deployment, database, folder } = options;
  const cryptoModule = new CryptoModule(allPorts(options), options.ticketKey, powers.monotonic);
  const { driver } = await cryptoModule.info();
  const journalFolder = join(folder, 'journal');
  powers.disk.makeFolder(journalFolder);
  const stateKey = await openStateKey({ powers, folder, journalFolder, cryptoModule, database });
  const state = assemble(options, cryptoModule, journalFolder, stateKey.secret);
  stateKey.secret.fill(0);
  const { journal, copy, memory } = state;
  await compareWithCopy(database, journal);
  if (memory.genesis === undefined) await recordGenesis(state);
  else requireSameDeployment(memory.genesis, deployment);
  // The names of the files that were just put in place are durable with the next write only: nothing of them goes to the database before.
  await recordStarted(state, driver);
  await keepStateKey(database, stateKey.sealed, powers.log);
  const filled = await copy.fillGaps(journal.scan);
  if (filled > 0) powers.log.warn('journal_copy_filled', { count: filled });
  const healed = await state.rows.restore(memory.recentRows());
  if (healed > 0) powers.log.warn('rows_healed', { count: healed });
  await endWhatWasOpen(state);
  return {
    state,
    handlers: samHandlers(state),
    sweep: () => sweep(state),
    close: () => close(state, database),
  };
}

export function assemble(options: SamOptions, cryptoModule: CryptoModule, journalFolder: string, stateKey: Uint8Array): State {
  const { powers, deployment, database, limits, copyBeforeRelease } = options;
  const clock = new Clock(powers.now, powers.monotonic);
  const mac = new RowMac(deployment.deploymentId, stateKey);
  const snapshots = new Snapshots({
    disk: powers.disk,
    folder: options.folder,
    key: derivedKey(stateKey, 'sigillo/sam/snapshot/1'),
    random: powers.random,
    log: powers.log,
    unused: options.startFromBeginning ?? false,
    ...(options.snapshotEveryBytes === undefined ? {} : { everyBytes: options.snapshotEveryBytes }),
  });
  const { memory, index, thawed } = snapshots.open(() => {
    const empty = new RowIndex(powers.random(SEED_BYTES));
    return { index: empty, memory: new Memory(empty, mac) };
  });
  const copy = new JournalCopy({
    database,
    log: powers.log,
    monotonic: powers.monotonic,
    random: powers.random,
    timers: powers.timers,
    groupsFrom: (number) => journal.groupsFrom(number),
    gatherMs: copyBeforeRelease ? 0 : COPY_GATHER_MS,
    foreign: (cause) => seal(state, 'journal_copy_foreign', cause),
  });
  const journal = new Journal({
    disk: powers.disk,
    timers: powers.timers,
    folder: journalFolder,
    key: derivedKey(stateKey, 'sigillo/sam/journal/1'),
    ...(options.segmentBytesMax === undefined ? {} : { segmentBytesMax: options.segmentBytesMax }),
    ...(options.roomBytes === undefined ? {} : { roomBytes: options.roomBytes }),
    now: () => clock.milliseconds(),
    memory,
    ...(thawed === undefined ? {} : { resume: { from: thawed.resume, places: thawed.places } }),
    copy: (group) => {
      copy.add(group);
      return copyBeforeRelease ? copy.caughtUp() : undefined;
    },
    appended: (changed) => {
      for (const row of changed) rows.put(row);
    },
    durable: (changed) => rows.write(changed),
    failed: (cause) => seal(state, 'journal_write_failed', cause),
    damaged: (record, cause) => powers.log.error('journal_damaged', { code: 'journal_broken', record }, cause),
    checked: (record) => powers.log.info('journal_checked', { record }),
  });
  const rows: RowStore = new RowStore({
    database,
    index,
    mac,
    log: powers.log,
    monotonic: powers.monotonic,
    random: powers.random,
    timers: powers.timers,
    fromJournal: (record, table, id) => journal.row(record, table, id),
    rightfulIds: (table, body) =>
      rightfulIds(table, body, {
        keysOf: (signerId) => memory.signer(signerId).keys,
        signerOf: (enrolmentHash) => rows.readForLocking('enrolment', enrolmentHash)?.signerId,
        deployment,
      }),
    report: (code, table, id) => journal.append({ event: code, code, detail: encode(refusedRowDetail, { table, id }) }).record.number,
  });
  let numbers = 0;
  const state: State = {
    powers,
    clock,
    limits,
    deployment,
    cryptoModule,
    journal,
    copy,
    memory,
    index,
    snapshots,
    rows,
    subjectKeys: new SubjectKeys(database, stateKey, powers.random),
    envelopes: new Envelopes(stateKey, powers.random),
    passkeys: new PasskeyVerifier(deployment.rpId),
    operations: new Operations(limits.pendingOperations),
    begun: new BegunEnrolments(limits.enrolmentsPending),
    underWay: new Map(),
    signedOrders: new Map(),
    enrolmentLocks: new Map(),
    nextOperationNumber: () => memory.epoch * NUMBERS_PER_START + numbers++,
    sealedReason: '',
  };
  return state;
}

/** Nobody who waits is answered, nothing new begins, and the process ends. */
function seal(state: State, code: JournalErrorCode, cause: unknown): void {
  // Also while it stops, which would never come to an end otherwise.
  if (state.sealedReason !== '' && state.sealedReason !== STOPPED) return;
  state.sealedReason = code;
  state.powers.log.error('sealed', { code }, cause);
  state.powers.die(code);
}

async function close(state: State, database: Database): Promise<void> {
  const { journal, rows, copy, snapshots } = state;
  if (state.sealedReason === '') {
    state.sealedReason = STOPPED;
    await journal.append({ event: 'stopped' }).durable;
    await snapshots.makeIfDue(state.memory, state.index, journal);
    await rows.settled();
    await copy.settled();
  }
  rows.close();
  // First the journal: what still waits for the copy waits until it is there, or is not answered.
  await journal.close();
  copy.close();
  state.cryptoModule.close();
  await database.close();
}
