// SPDX-License-Identifier: Apache-2.0
// npm test [-- WORKSPACE…] and npm run test:full: the tests of every workspace, one process each, two at a time. The last line has the
// sums. `--full` asks for the tests that need more of the machine as well; there a test that cannot run counts against the run.
import { parseArgs } from 'node:util';
import { ROOT, workspaces } from './repository.ts';
import { closingLine, countOf } from './test-run/outcome.ts';
import { describe } from './test-run/print.ts';
import { runWorkspace, testFilesOf, type WorkspaceResult } from './test-run/workspace.ts';

const AT_ONCE = 2;
const LIMIT_MS = { short: 5 * 60_000, full: 20 * 60_000 };

const { values, positionals } = parseArgs({ options: { full: { type: 'boolean', default: false } }, allowPositionals: true });
process.exitCode = await main(values.full, positionals);

async function main(full: boolean, named: readonly string[]): Promise<number> {
  const all = workspaces();
  const wanted = named.map((name) => all.find((workspace) => workspace === name || workspace.endsWith(`/${name}`)) ?? name);
  const strangers = wanted.filter((name) => !all.includes(name));
  if (strangers.length > 0) return refuse(`no such workspace: ${strangers.join(', ')}; there are ${all.join(', ')}`);
  // The house starts whole instances, which takes longest: it goes first, and the others run beside it.
  const chosen = wanted.length > 0 ? wanted : all.toReversed();
  const environment = { ...process.env, ...(full ? { SIGILLO_FULL: '1' } : {}) };
  const results = await runAll(chosen.filter(hasTests), (name) =>
    runWorkspace(name, { root: ROOT, environment, limitMs: full ? LIMIT_MS.full : LIMIT_MS.short }),
  );
  const counts = countOf(results.flatMap(({ outcomes }) => outcomes));
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed === 0 && counts.passed > 0 && !(full && counts.skipped > 0) ? 0 : 1;
}

async function runAll(names: readonly string[], run: (name: string) => Promise<WorkspaceResult>): Promise<WorkspaceResult[]> {
  const waiting = [...names];
  const results: WorkspaceResult[] = [];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await run(name);
      results.push(result);
      process.stdout.write(describe(result));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function hasTests(workspace: string): boolean {
  const found = testFilesOf(ROOT, workspace).length > 0;
  if (!found) process.stdout.write(`${workspace} has no tests\n`);
  return found;
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 2;
}
