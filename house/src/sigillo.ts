// SPDX-License-Identifier: Apache-2.0
// npm run sigillo -- COMMAND: what an operator does by hand, and seldom.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HouseError } from './error.ts';
import { rebuildJournal } from './journal-rebuild.ts';

const USAGE = `npm run sigillo -- journal rebuild [--home DIR]

Makes the SAM's journal anew from its copy in the database. Only where the journal is lost: with a journal in place it refuses. Stop Sigillo first.
  --home DIR   the home of the deployment; SIGILLO_HOME, or the folder var of this repository, without it
`;

// npm changes to the root of the repository; a path that a person gave is meant from where they stand.
const from = process.env['INIT_CWD'] ?? process.cwd();

interface Wishes {
  readonly command: string;
  readonly home: string;
}

function wishes(): Wishes | undefined {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { home: { type: 'string' } } });
    const given = values.home === undefined ? process.env['SIGILLO_HOME'] : resolve(from, values.home);
    return { command: positionals.join(' '), home: given ?? fileURLToPath(new URL('../../var', import.meta.url)) };
  } catch {
    return undefined;
  }
}

const wished = wishes();
if (wished?.command !== 'journal rebuild') {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(await rebuildJournal({ home: wished.home, ownDatabaseServer: process.env['SIGILLO_DATABASE_URL'] }));
  } catch (cause) {
    process.stderr.write(`${cause instanceof HouseError ? cause.message : `The journal was not rebuilt: ${String(cause)}`}\n`);
    process.exitCode = 1;
  }
}
