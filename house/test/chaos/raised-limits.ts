// SPDX-License-Identifier: Apache-2.0
// All players live at one address and leave approvals behind when something dies, so the limits that are meant for one person are raised.
import { readFileSync, writeFileSync } from 'node:fs';
import type { ProcessRow } from '../../src/supervise/process-row.ts';

const RAISED: Readonly<Record<string, object>> = {
  idp: { burst: 100_000, perMinute: 1_000_000 },
  ssa: { burst: 100_000, perMinute: 1_000_000 },
  sam: { limits: { operationsPerSigner: 100, enrolmentsPending: 1000, pendingOperations: 20_000 } },
};

export function raisedLimits(row: ProcessRow): ProcessRow {
  const change = RAISED[row.name];
  const [path = ''] = row.arguments;
  if (change === undefined) return row;
  const raised = path.replace(/\.json$/, '-raised.json');
  writeFileSync(raised, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }), { mode: 0o600 });
  return { ...row, arguments: [raised], reads: row.reads.map((read) => (read === path ? raised : read)) };
}
