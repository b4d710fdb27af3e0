// SPDX-License-Identifier: Apache-2.0
// Opens a SAM in a process of its own and says, as one line of JSON, what that took: node measure-start.ts OPTIONS (JSON).
import { randomBytes } from 'node:crypto';
import { monotonicMs, openLog } from '@sigillo/wire';
import { openDatabase } from '../../src/database.ts';
import { readDeployment } from '../../src/deployment.ts';
import { openInternalModule } from '../../src/internal-module.ts';
import { realDisk } from '../../src/journal/disk.ts';
import { openSam } from '../../src/sam.ts';
import { realTimers } from '../../src/timers.ts';

export interface MeasureOptions {
  readonly state: string;
  readonly public: string;
  readonly store: string;
  readonly sealKey: string;
  readonly database: string;
}

export interface StartMeasured {
  readonly seconds: number;
  /** Resident, in MiB: before anything was opened, when it was ready, and a while later. */
  readonly mib: { readonly before: number; readonly ready: number; readonly later: number };
  readonly credentials: number;
  readonly journalBytesRead: number;
  /** Making a snapshot, and the longest time in which nothing else could run meanwhile. */
  readonly snapshot: { readonly seconds: number; readonly pauseMs: number };
}

const mib = (): number => Math.round(process.memoryUsage.rss() / 1_048_576);
const options = JSON.parse(process.argv[2] ?? '') as MeasureOptions;
const before = mib();
const started = monotonicMs();
const ticketKey = randomBytes(32);
const sam = await openSam({
  powers: {
    now: Date.now,
    monotonic: monotonicMs,
    random: (length) => new Uint8Array(randomBytes(length)),
    log: openLog('sam', (line) => process.stderr.write(line), Date.now),
    disk: realDisk,
    timers: realTimers,
    die: (code) => {
      throw new Error(code);
    },
  },
  deployment: readDeployment(options.public),
  cryptoModule: openInternalModule({ store: options.store, sealKey: options.sealKey, ticketKey }),
  ticketKey,
  database: openDatabase(options.database, () => undefined),
  folder: options.state,
  copyBeforeRelease: false,
  limits: { pendingOperations: 1, operationsPerSigner: 1, enrolmentsPending: 1, approvedTickets: 1, copyLagSecondsMax: 3600 },
  snapshotEveryBytes: Number.MAX_SAFE_INTEGER,
});
const seconds = (monotonicMs() - started) / 1000;
const ready = mib();
await new Promise((resolve) => setTimeout(resolve, 2000));
const later = mib();
const { memory, index, journal, snapshots } = sam.state;
const measured: StartMeasured = {
  seconds,
  mib: { before, ready, later },
  credentials: index.tables.signing_key.rows.count,
  journalBytesRead: journal.bytes,
  snapshot: await snapshotMeasured(() => snapshots.make(memory, index, journal)),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
await sam.close();

async function snapshotMeasured(make: () => Promise<void>): Promise<StartMeasured['snapshot']> {
  let pauseMs = 0;
  let last = monotonicMs();
  const clock = setInterval(() => {
    const now = monotonicMs();
    pauseMs = Math.max(pauseMs, now - last - 1);
    last = now;
  }, 1);
  const from = monotonicMs();
  await make();
  clearInterval(clock);
  return { seconds: (monotonicMs() - from) / 1000, pauseMs };
}
