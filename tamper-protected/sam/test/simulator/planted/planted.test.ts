// SPDX-License-Identifier: Apache-2.0
// Each planted bug falls, to the invariants and not to a test that was written for it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { loadCore, withBug } from '../core.ts';
import { run } from '../run.ts';
import { PLANTED_BUGS } from './bugs.ts';

const NOT_FULL: string | false = process.env['SIGILLO_FULL'] === '1' ? false : 'skipped: npm run test:full runs it';
const FIRST_SEED = 1;
const SEEDS_MAX = 2000;

suite('planted bugs', () => {
  test('all of them are in the list for readers', () => {
    const list = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const { name, what } of PLANTED_BUGS) assert.ok(list.includes(`| \`${name}\` | ${what} |`), name);
  });

  test('each finds its place in the core as it is', () => {
    for (const bug of PLANTED_BUGS) assert.doesNotThrow(() => withBug(bug));
  });

  for (const bug of PLANTED_BUGS) {
    test(bug.name, { skip: NOT_FULL }, async (t) => {
      const { failed } = await run(await loadCore(bug), FIRST_SEED, SEEDS_MAX);
      assert.ok(failed?.violation !== undefined, `not found in ${SEEDS_MAX} seeds: ${bug.what}`);
      t.diagnostic(`falls at seed ${failed.seed}: ${failed.violation.message.split('\n')[0]}`);
      assert.ok(bug.fallsTo.includes(failed.violation.invariant), failed.violation.message);
    });
  }
});
