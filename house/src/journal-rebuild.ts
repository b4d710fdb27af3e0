// SPDX-License-Identifier: Apache-2.0
// `sigillo journal rebuild`: with the home's lock, so that no SAM of this home runs, it starts the database and the crypto module and lets the
// SAM's own program make the journal anew, with the SAM's own configuration and rights.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@sigillo/wire';
import { HouseError } from './error.ts';
import { openInstance } from './instance.ts';
import { PROCESS_NAMES } from './processes.ts';
import { openLogFile } from './supervise/log-file.ts';
import { runToEnd } from './supervise/run-to-end.ts';

const PROGRAM = fileURLToPath(new URL('../../tamper-protected/sam/src/journal-rebuild.ts', import.meta.url));

export interface JournalRebuildOptions {
  readonly home: string;
  readonly ownDatabaseServer: string | undefined;
}

/** Gives what the program says to the operator. */
export async function rebuildJournal({ home, ownDatabaseServer }: JournalRebuildOptions): Promise<string> {
  if (!existsSync(join(home, 'ceremony.json'))) throw new HouseError('no_deployment', `${home} is not the home of a deployment: give its folder with --home.`);
  // The disk that is lost may have had the whole folder.
  mkdirSync(join(home, 'sam'), { recursive: true, mode: 0o700 });
  const houseLog = openLogFile(join(home, 'log', 'house.log'));
  const log = openLog('house', (line) => houseLog.write(Buffer.from(line)), Date.now);
  const instance = await openInstance({ home, portBase: undefined, ownDatabaseServer, log, without: PROCESS_NAMES.filter((name) => !name.startsWith('crypto-module')) });
  try {
    const sam = instance.table.find(({ name }) => name === 'sam')!;
    const { end, said } = await runToEnd({ ...sam, program: PROGRAM }, openLogFile(join(instance.layout.logs, 'sam.log')));
    if (end !== 'exit 0') throw new HouseError('journal_not_rebuilt', `The journal was not rebuilt (${end}). ${said.trim()}`);
    return said;
  } finally {
    await instance.stop();
  }
}
