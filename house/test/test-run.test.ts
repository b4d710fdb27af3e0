// SPDX-License-Identifier: Apache-2.0
// The test run itself, on a workspace made for it: whatever goes wrong there must be seen.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../src/repository.ts';
import { closingLine, countOf } from '../src/test-run/outcome.ts';
import { describe } from '../src/test-run/print.ts';
import { runWorkspace, type WorkspaceResult } from '../src/test-run/workspace.ts';
import { scratchFolder } from './scratch.ts';

async function run(code: string, limitMs = 60_000): Promise<WorkspaceResult> {
  const root = scratchFolder();
  mkdirSync(join(root, 'room', 'test', 'deep'), { recursive: true });
  writeFileSync(join(root, 'room', 'test', 'deep', 'a.test.ts'), `import { test, describe } from 'node:test';\n${code}`);
  return runWorkspace('room', { root, environment: process.env, limitMs });
}

test('passes, failures and skips are counted one by one, with their reasons', async () => {
  const result = await run(`
    test('good', () => {});
    test('not here', (t) => t.skip('skipped: tool is not here'));
    test('whole', async (t) => { await t.test('part that fails', () => { throw new Error('the reason'); }); });
    describe('group', () => { test('in it', () => {}); });
  `);
  assert.equal(closingLine(countOf(result.outcomes)), '2 passed, 1 failed, 1 skipped');
  const text = describe(result);
  assert.match(text, /FAILED room\/test\/deep\/a\.test\.ts: part that fails\n\s+Error: the reason/);
  assert.match(text, /not run room\/test\/deep\/a\.test\.ts: not here: skipped: tool is not here/);
});

test('a file that does not load, a process that ends early and one that hangs are failures', async () => {
  for (const [code, limitMs] of [
    ["import './missing.ts';", 60_000],
    ["test('ends', () => process.exit(3));", 60_000],
    ["test('hangs', async () => { for (;;); });", 1500],
  ] as const) {
    const { outcomes } = await run(code, limitMs);
    assert.equal(countOf(outcomes).failed, 1, code);
  }
});

test('an unknown workspace is refused', () => {
  const program = join(ROOT, 'house', 'src', 'test-run.ts');
  const { status, stderr } = spawnSync(process.execPath, [program, 'no-such-room'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /no such workspace: no-such-room/);
});
