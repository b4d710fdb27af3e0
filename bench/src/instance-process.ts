// SPDX-License-Identifier: Apache-2.0
// The house as `npm start` has it, without its words, and with one change: all signers live at one address here, so the limits of the IdP
// and the SSA for one address are raised to the most that they can be.  node instance-process.ts HOME PORT
// It says "ready" on standard output and ends when its standard input closes.
import { readFileSync, writeFileSync } from 'node:fs';
import { openLog } from '@sigillo/wire';
import { type AlteredRow, openInstance } from './by-address.ts';

const LIMITS = { burst: 100_000, perMinute: 1_000_000 } as const;
const [home = '', portBase = ''] = process.argv.slice(2);

function unlimited<R extends AlteredRow>(row: R): R {
  if (row.name !== 'idp' && row.name !== 'ssa') return row;
  const [configuration = ''] = row.arguments;
  const raised = configuration.replace(/\.json$/, '-raised.json');
  writeFileSync(raised, JSON.stringify({ ...(JSON.parse(readFileSync(configuration, 'utf8')) as object), ...LIMITS }), { mode: 0o600 });
  return { ...row, arguments: [raised], reads: [...row.reads, raised] };
}

const log = openLog('house', () => undefined, Date.now);
const instance = await openInstance({ home, portBase, ownDatabaseServer: undefined, log, alter: unlimited });
process.stdin.on('end', () => void instance.stop().then(() => process.exit(0))).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.write('ready\n');
