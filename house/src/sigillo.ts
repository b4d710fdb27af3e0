// SPDX-License-Identifier: Apache-2.0
// npm run sigillo -- COMMAND: what an operator or an officer does by hand, and seldom.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { STOP_COMMANDS, STOP_REASONS, type StopReason } from '@sigillo/doors/sap';
import { Office } from './demo-officers/office.ts';
import { stopKey, type StopWish } from './demo-officers/stop-key.ts';
import { HouseError } from './error.ts';
import { rebuildJournal } from './journal-rebuild.ts';

const USAGE = `npm run sigillo -- COMMAND [--home DIR]

journal rebuild
  Makes the SAM's journal anew from its copy in the database. Only where the journal is lost: with a journal in place it refuses. Stop Sigillo first.
officers suspend KEY [--reason REASON]
officers revoke KEY [--reason REASON]
  The officers of a trial stop a key, while Sigillo runs: one of them suspends it, two revoke it for ever.
  KEY is the credentialID; REASON is one of ${STOP_REASONS.join(', ')}.

  --home DIR   the home of the deployment; SIGILLO_HOME, or the folder var of this repository, without it
`;

// npm changes to the root of the repository; a path that a person gave is meant from where they stand.
const from = process.env['INIT_CWD'] ?? process.cwd();

interface Wished {
  readonly home: string;
  readonly what: 'journal rebuild' | StopWish;
}

function wishes(): Wished | undefined {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { home: { type: 'string' }, reason: { type: 'string' } } });
    const given = values.home === undefined ? process.env['SIGILLO_HOME'] : resolve(from, values.home);
    const home = given ?? fileURLToPath(new URL('../../var', import.meta.url));
    const what = positionals.join(' ') === 'journal rebuild' && values.reason === undefined ? 'journal rebuild' : stopWish(positionals, values.reason ?? 'unspecified');
    return what === undefined ? undefined : { home, what };
  } catch {
    return undefined;
  }
}

function stopWish([officers, wanted, keyId = '', ...more]: readonly string[], given: string): StopWish | undefined {
  const command = STOP_COMMANDS.find((one) => one === wanted);
  const reason = STOP_REASONS.find((one): one is StopReason => one === given);
  if (officers !== 'officers' || command === undefined || reason === undefined || !/^[0-9a-f]{32}$/.test(keyId) || more.length > 0) return undefined;
  return { command, keyId, reason };
}

async function stop(home: string, wish: StopWish): Promise<string> {
  const { holder, state, record } = await stopKey(new Office(join(home, 'config', 'demo-officers.json')), wish);
  return `The key ${wish.keyId}${holder === null ? '' : ` of ${holder}`} is ${state} (record ${record}). No signature with it can start any more.\n`;
}

const wished = wishes();
if (wished === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const { home, what } = wished;
  try {
    process.stdout.write(what === 'journal rebuild' ? await rebuildJournal({ home, ownDatabaseServer: process.env['SIGILLO_DATABASE_URL'] }) : await stop(home, what));
  } catch (cause) {
    process.stderr.write(`${cause instanceof HouseError ? cause.message : `${what === 'journal rebuild' ? 'The journal was not rebuilt' : 'The key was not stopped'}: ${reasonOf(cause)}`}\n`);
    process.exitCode = 1;
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as { readonly code?: unknown };
  return typeof code === 'string' ? `${cause.message} (${code})` : cause.message;
}
