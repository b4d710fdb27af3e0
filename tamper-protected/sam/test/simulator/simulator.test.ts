// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { loadCore } from './core.ts';
import { neverHappened, run, tableOf } from './run.ts';
import { describe, shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

const FIRST_SEED = 1;
const SEEDS = process.env['SIGILLO_FULL'] === '1' ? 5000 : 1000;

suite('simulated worlds', () => {
  test('one seed gives one trace', async () => {
    const core = await loadCore();
    for (const seed of [7, 8, 9]) {
      const [first, again, other] = [await simulate(core, seed), await simulate(core, seed), await simulate(core, seed + 1)];
      assert.equal(first.traceHash, again.traceHash);
      assert.notEqual(first.traceHash, other.traceHash);
    }
  });

  test(`the invariants hold in ${SEEDS} of them, and everything that may go wrong does`, async (t) => {
    const core = await loadCore();
    const sum = await run(core, FIRST_SEED, SEEDS);
    t.diagnostic(tableOf(sum));
    if (sum.failed !== undefined) assert.fail(describe(await shrink(core, sum.failed), undefined));
    assert.equal(sum.seeds, SEEDS);
    assert.deepEqual(neverHappened(sum), []);
    assert.ok(sum.released > SEEDS && sum.signedUp > SEEDS / 20, 'worlds in which hardly anything happens prove nothing');
  });
});
