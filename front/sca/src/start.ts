// SPDX-License-Identifier: Apache-2.0
import { announceReady, linesToStandardOutput, onStop, openLog, random } from '@sigillo/wire';
import { readScaConfig } from './config.ts';
import type { DocumentWork } from './parsing/work.ts';
import { readPublicFiles } from './public-files.ts';
import { openSca } from './sca.ts';

/** The process: reads the configuration, makes the powers, serves until it is told to stop. */
export async function startSca(configPath: string | undefined, change?: (work: DocumentWork) => DocumentWork): Promise<void> {
  const config = readScaConfig(configPath);
  const log = openLog('sca', linesToStandardOutput(), Date.now);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const sca = await openSca(config, readPublicFiles(config.publicFolder), { nowMs: Date.now, random, fetch, wait, log }, change);
  onStop(() => sca.stop());
  await sca.door.listen({ host: '127.0.0.1', port: config.port });
  log.info('listening', { port: config.port });
  announceReady();
}
