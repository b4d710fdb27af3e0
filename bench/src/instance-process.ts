// SPDX-License-Identifier: Apache-2.0
// The house as `npm start` has it, without its words, and with one change: all signers live at one address here, so the limits of the IdP
// and the SSA for one address are raised to the most that they can be. What else a row asks to be altered is altered here, from outside:
// the product has no switch for any of it.  node instance-process.ts OPTIONS (JSON)
// It says "ready" on standard output and ends when its standard input closes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@sigillo/wire';
import { type AlteredRow, openInstance, processRows } from './by-address.ts';
import type { InstanceOptions } from './own-instance.ts';

const LIMITS = { burst: 100_000, perMinute: 1_000_000 } as const;
const WITHOUT_JOURNAL = fileURLToPath(new URL('altered/sam-without-journal.ts', import.meta.url));
const options = JSON.parse(process.argv[2] ?? '') as InstanceOptions & { readonly home: string; readonly portBase: number };
const { codeOf } = await processRows();

function altered<R extends AlteredRow>(row: R): R {
  // The first row of the table is altered when the ceremony is over and before anybody runs.
  if (row.name === 'crypto-module' && options.keyAlgorithm !== undefined) writeKeyAlgorithm(options.keyAlgorithm);
  const named = row.name === 'idp' || row.name === 'ssa' ? unlimited(row) : row;
  const program = row.name === 'sam' && options.journal === false ? withoutJournal(named) : named;
  return options.profiles === undefined ? program : profiled(program, options.profiles);
}

function writeKeyAlgorithm(keyAlgorithm: string): void {
  const file = join(options.home, 'public', 'policy.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), keyAlgorithm }));
}

function unlimited<R extends AlteredRow>(row: R): R {
  const [configuration = ''] = row.arguments;
  const raised = configuration.replace(/\.json$/, '-raised.json');
  writeFileSync(raised, JSON.stringify({ ...(JSON.parse(readFileSync(configuration, 'utf8')) as object), ...LIMITS }), { mode: 0o600 });
  return { ...row, arguments: [raised], reads: [...row.reads, raised] };
}

/** It may read the code of both: its own and the SAM's. */
function withoutJournal<R extends AlteredRow>(row: R): R {
  return { ...row, program: WITHOUT_JOURNAL, reads: [...row.reads, ...codeOf(row.program)] };
}

/** The permission model lets nobody look into a process unless it is said. */
function profiled<R extends AlteredRow>(row: R, folder: string): R {
  const words = ['--allow-inspector', '--cpu-prof', `--cpu-prof-dir=${join(folder, row.name)}`];
  return { ...row, writes: [...row.writes, folder], environment: { ...row.environment, NODE_OPTIONS: words.join(' ') } };
}

const log = openLog('house', () => undefined, Date.now);
const instance = await openInstance({ home: options.home, portBase: String(options.portBase), ownDatabaseServer: undefined, log, alter: altered });
process.stdin.on('end', () => void instance.stop().then(() => process.exit(0))).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.write('ready\n');
