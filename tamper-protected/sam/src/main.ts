// SPDX-License-Identifier: Apache-2.0
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { samDoor } from '@sigillo/doors/sam';
import { announceReady, connectLink, linesToStandardOutput, monotonicMs, onStop, openLog, random, serveLink } from '@sigillo/wire';
import { type Config, readSamConfig } from './config.ts';
import type { CryptoModulePort } from './crypto-module.ts';
import { openDatabase } from './database.ts';
import { readDeployment } from './deployment.ts';
import { JournalError } from './journal/error.ts';
import { realDisk } from './journal/disk.ts';
import { openSam } from './sam.ts';
import { realTimers } from './timers.ts';

const SWEEP_MS = 1000;

const config = readSamConfig(process.argv[2]);
const log = openLog('sam', linesToStandardOutput(), Date.now);

async function openCryptoModulePorts({ cryptoModule, ticketKey }: Config): Promise<[CryptoModulePort, ...CryptoModulePort[]]> {
  if (cryptoModule.mode === 'external') {
    const { key, sockets } = cryptoModule;
    const ports = sockets.map((path) => connectLink({ door: cryptoModuleDoor, name: 'crypto-module', path, key, random, monotonic: monotonicMs }));
    return ports as [(typeof ports)[number], ...typeof ports];
  }
  const { openInternalModule } = await import('./internal-module.ts');
  return [openInternalModule({ store: cryptoModule.store, sealKey: cryptoModule.sealKey, ticketKey })];
}

async function start(): Promise<void> {
  const [first, ...further] = await openCryptoModulePorts(config);
  const sam = await openSam({
    powers: { now: Date.now, monotonic: monotonicMs, random, log, disk: realDisk, timers: realTimers, die: () => process.exit(1) },
    deployment: readDeployment(config.public),
    cryptoModule: first,
    furtherCryptoModules: further,
    ticketKey: config.ticketKey,
    database: openDatabase(config.database, (cause) => log.error('database_lost', { code: 'database_unavailable' }, cause)),
    folder: config.state,
    copyBeforeRelease: config.journal?.copy === 'before-release',
    limits: {
      pendingOperations: config.limits?.pendingOperations ?? 20_000,
      operationsPerSigner: config.limits?.operationsPerSigner ?? 8,
      enrolmentsPending: config.limits?.enrolmentsPending ?? 1000,
      copyLagSecondsMax: config.journal?.lagSecondsMax ?? 60,
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
  log.error('not_started', { code: cause instanceof JournalError ? cause.code : 'internal' }, cause);
  process.stderr.write(`${cause instanceof Error ? cause.message : 'the SAM does not start'}\n`);
  process.exit(1);
}
