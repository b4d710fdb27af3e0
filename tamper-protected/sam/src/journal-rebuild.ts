// SPDX-License-Identifier: Apache-2.0
// `journal-rebuild.ts CONFIGURATION`: makes a lost journal anew from its copy, with the SAM's own configuration and rights. The SAM must not run.
import { linesToStandardOutput, monotonicMs, openLog, random } from '@sigillo/wire';
import { readSamConfig } from './config.ts';
import { allPorts, openCryptoModulePorts } from './crypto-module-ports.ts';
import { openDatabase } from './database.ts';
import { readDeployment } from './deployment.ts';
import { realDisk } from './journal/disk.ts';
import { JournalError } from './journal/error.ts';
import { rebuildJournal, type Rebuilt } from './rebuild/rebuild.ts';
import { openRecoveryDatabase } from './rebuild/recovery-database.ts';
import { realTimers } from './timers.ts';

const log = openLog('sam', linesToStandardOutput(), Date.now);

async function run(): Promise<Rebuilt> {
  const config = readSamConfig(process.argv[2]);
  const recovery = await openRecoveryDatabase(config.database);
  const database = openDatabase(config.database, (cause) => log.error('database_lost', { code: 'database_unavailable' }, cause));
  const ports = await openCryptoModulePorts(config);
  try {
    return await rebuildJournal({
      powers: { now: Date.now, monotonic: monotonicMs, random, log, disk: realDisk, timers: realTimers, die: () => process.exit(1) },
      deployment: readDeployment(config.public),
      ...ports,
      ticketKey: config.ticketKey,
      database,
      recovery,
      folder: config.state,
      copyBeforeRelease: false,
      limits: { pendingOperations: 1, operationsPerSigner: 1, enrolmentsPending: 1, approvedTickets: 1, copyLagSecondsMax: 1 },
    });
  } finally {
    for (const port of allPorts(ports)) port.close();
    await Promise.all([recovery.close(), database.close()]);
  }
}

function report({ groups, records, left, rows, keys }: Rebuilt): string {
  const lines = [`The journal was rebuilt from its copy: ${records} records in ${groups} groups.`];
  if (left > 0) lines.push(`After group ${groups} the copy could not be continued: up to group ${groups + left} it was set aside (table journal_copy_aside).`);
  if (rows > 0) lines.push(`${rows} rows of the database were newer than that and were taken over.`);
  if (keys > 0) lines.push(`${keys} keys were touched since and are suspended.`);
  lines.push('What the lost disk alone had cannot be known. Start the SAM; the one that wrote before can sign no more.');
  return lines.join('\n');
}

try {
  const rebuilt = await run();
  log.info('journal_rebuilt', { record: rebuilt.records, count: rebuilt.keys });
  process.stderr.write(`${report(rebuilt)}\n`);
} catch (cause) {
  log.error('journal_not_rebuilt', { code: cause instanceof JournalError ? cause.code : 'internal' }, cause);
  process.stderr.write(`${cause instanceof Error ? cause.message : 'the journal was not rebuilt'}\n`);
  process.exitCode = 1;
}
