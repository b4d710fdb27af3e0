// SPDX-License-Identifier: Apache-2.0
import { samDoor } from '@sigillo/doors/sam';
import { announceReady, linesToStandardOutput, monotonicMs, onStop, openLog, random, serveLink } from '@sigillo/wire';
import { readSamConfig } from './config.ts';
import { openCryptoModulePorts } from './crypto-module-ports.ts';
import { openDatabase } from './database.ts';
import { readDeployment } from './deployment.ts';
import { JournalError } from './journal/error.ts';
import { realDisk } from './journal/disk.ts';
import { SamRefusal } from './refusals.ts';
import { openSam } from './sam.ts';
import { realTimers } from './timers.ts';

const SWEEP_MS = 1000;

const config = readSamConfig(process.argv[2]);
const log = openLog('sam', linesToStandardOutput(), Date.now);

/** Before release nobody waits for a copy that does not come: new work is refused soon. */
const LAG_SECONDS_MAX = { behind: 60, 'before-release': 5 } as const;

async function start(): Promise<void> {
  const beforeRelease = config.journal?.copy === 'before-release';
  const onIdleError = (cause: unknown): void => log.error('database_lost', { code: 'database_unavailable' }, cause);
  const sam = await openSam({
    powers: { now: Date.now, monotonic: monotonicMs, random, log, disk: realDisk, timers: realTimers, die: () => process.exit(1) },
    deployment: readDeployment(config.public),
    ...(await openCryptoModulePorts(config)),
    ticketKey: config.ticketKey,
    database: openDatabase(config.database, onIdleError, beforeRelease ? 'standby' : 'local'),
    folder: config.state,
    startFromBeginning: config.journal?.startFrom === 'beginning',
    copyBeforeRelease: beforeRelease,
    limits: {
      pendingOperations: config.limits?.pendingOperations ?? 20_000,
      approvedTickets: config.limits?.approvedTickets ?? 500_000,
      operationsPerSigner: config.limits?.operationsPerSigner ?? 8,
      enrolmentsPending: config.limits?.enrolmentsPending ?? 1000,
      copyLagSecondsMax: config.journal?.lagSecondsMax ?? LAG_SECONDS_MAX[beforeRelease ? 'before-release' : 'behind'],
    },
  });
  const link = await serveLink({
    door: samDoor,
    name: 'sam',
    path: config.listen.socket,
    callers: config.listen.callers,
    handlers: sam.handlers,
    log,
    random,
    monotonic: monotonicMs,
  });
  const sweeper = setInterval(() => {
    sam.sweep().catch((cause: unknown) => log.error('sweep_failed', { code: 'internal' }, cause));
  }, SWEEP_MS);
  onStop(async () => {
    clearInterval(sweeper);
    await link.close();
    await sam.close();
  });
  announceReady();
}

try {
  await start();
} catch (cause) {
  log.error('not_started', { code: cause instanceof JournalError || cause instanceof SamRefusal ? cause.code : 'internal' }, cause);
  process.stderr.write(`${cause instanceof Error ? cause.message : 'the SAM does not start'}\n`);
  process.exit(1);
}
