// SPDX-License-Identifier: Apache-2.0
// npm run attacks [-- --full]: attacks the house in every way of the catalogue, by the tests of the rooms, and prints the table: the
// attack, what refused it, with which code, and whether it succeeded once that was taken away.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, workspaces } from '../repository.ts';
import { runWorkspace, testFilesOf } from '../test-run/workspace.ts';
import { CATALOGUE, NOT_HERE } from './catalogue.ts';
import { attackLines, type AttackOutcome, faultsOf, tableOf } from './table.ts';

const LIMIT_MS = 15 * 60_000;
const NAMED = /['"`](?:SWP|SAP|ROW|ENR|CMX|LOG|CLK|OAU|IDP|DOS)-\d{1,2}\b/;

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } });
process.exitCode = await main(values.full);

async function main(full: boolean): Promise<number> {
  const environment = { ...process.env, ...(full ? { SIGILLO_FULL: '1' } : {}) };
  const outcomes: AttackOutcome[] = [];
  for (const room of workspaces()) {
    const files = testFilesOf(ROOT, room).filter((file) => NAMED.test(readFileSync(join(ROOT, file), 'utf8')));
    if (files.length === 0) continue;
    process.stderr.write(`${room}\n`);
    const said = await runWorkspace(room, { root: ROOT, environment, limitMs: LIMIT_MS, files });
    outcomes.push(...said.outcomes.map((outcome) => ({ ...outcome, room })));
  }
  const lines = attackLines(outcomes);
  const faults = faultsOf(lines, outcomes, { catalogue: CATALOGUE, full });
  process.stdout.write(`${tableOf(lines)}\n\n`);
  for (const [id, reason] of Object.entries(NOT_HERE)) process.stdout.write(`${id} is not here: ${reason}\n`);
  for (const fault of faults) process.stdout.write(`FAULT  ${fault}\n`);
  const twins = lines.filter(({ twinCaught }) => twinCaught === 'yes').length;
  process.stdout.write(
    `\n${lines.length} attacks of ${CATALOGUE.length} ids, ${twins} seen to succeed without their guard, ${faults.length} faults\n`,
  );
  return faults.length === 0 && lines.length > 0 ? 0 : 1;
}
