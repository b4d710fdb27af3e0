// SPDX-License-Identifier: Apache-2.0
// Fills a home that does not run with credentials: the SAM is opened in this process with its own code, and its rows, journal, copy and
// snapshot are written by that; only the database gets them in batches. The home can be started afterwards as any other.
import { randomBytes } from 'node:crypto';
import { monotonicMs, openLog } from '@sigillo/wire';
import { openDatabase } from '../../src/database.ts';
import { readDeployment } from '../../src/deployment.ts';
import { openInternalModule } from '../../src/internal-module.ts';
import { realDisk } from '../../src/journal/disk.ts';
import { openSam } from '../../src/sam.ts';
import { realTimers } from '../../src/timers.ts';
import { bulkDatabase } from './bulk-database.ts';
import { CredentialMaker, type PopulationMember } from './credential.ts';

export interface PopulateOptions {
  /** Folders and files as in the SAM's and the crypto module's configuration. */
  readonly state: string;
  readonly public: string;
  readonly store: string;
  readonly sealKey: string;
  readonly ticketKey: Uint8Array;
  /** Connection string of the role `sam`. */
  readonly database: string;
  readonly credentials: number;
  /** So many of them can be asked to sign, and are given back. */
  readonly members: number;
  readonly onProgress?: (done: number) => void;
}

export interface Populated {
  /** Spread over the population. */
  readonly members: readonly PopulationMember[];
  readonly seconds: number;
  readonly journalBytes: number;
}

/** Credentials that go into one group of the journal. */
const BATCH = 1000;

export async function populate(options: PopulateOptions): Promise<Populated> {
  const started = monotonicMs();
  const { state, store, sealKey, ticketKey, credentials } = options;
  const problems: string[] = [];
  const log = openLog('sam', (line) => void (line.includes('"level":"error"') && problems.push(line)), Date.now);
  const database = bulkDatabase(openDatabase(options.database, () => undefined), options.database);
  const sam = await openSam({
    powers: {
      now: Date.now,
      monotonic: monotonicMs,
      random: pooledRandom(),
      log,
      disk: realDisk,
      timers: realTimers,
      die: (code) => {
        throw new Error(code);
      },
    },
    deployment: readDeployment(options.public),
    cryptoModule: openInternalModule({ store, sealKey, ticketKey }),
    ticketKey,
    database,
    folder: state,
    copyBeforeRelease: false,
    limits: { pendingOperations: 1, operationsPerSigner: 1, enrolmentsPending: 1, approvedTickets: 1, copyLagSecondsMax: 3600 },
    // None before the last: one is made at the end.
    snapshotEveryBytes: Number.MAX_SAFE_INTEGER,
  });
  const { journal, rows, copy, snapshots, memory, index } = sam.state;
  const maker = new CredentialMaker(sam.state);
  const members: PopulationMember[] = [];
  const stride = Math.max(1, Math.floor(credentials / Math.max(1, options.members)));
  await copy.settled();
  await rows.settled();
  database.begin();
  let before: Promise<unknown> = Promise.resolve();
  for (let done = 0; done < credentials;) {
    for (const until = Math.min(credentials, done + BATCH); done < until; done++) {
      const isMember = done % stride === 0 && members.length < options.members;
      const { entry, member } = await maker.make(isMember);
      if (isMember) members.push(member);
      journal.append(entry);
    }
    // One batch is on its way to the disk and to the database while the next is made.
    await before;
    before = journal.durable().then(() => Promise.all([rows.settled(), copy.settled()]));
    options.onProgress?.(done);
  }
  await before;
  await rows.settled();
  await copy.settled();
  await database.end();
  await snapshots.make(memory, index, journal);
  const journalBytes = journal.bytes;
  await sam.close();
  if (problems.length > 0) throw new Error(problems.join(''));
  return { members, seconds: (monotonicMs() - started) / 1000, journalBytes };
}

/** Many small pieces of large ones. */
function pooledRandom(): (length: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return (length) => {
    if (at + length > pool.length) {
      pool = new Uint8Array(randomBytes(Math.max(65_536, length)));
      at = 0;
    }
    at += length;
    return pool.slice(at - length, at);
  };
}
