// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCore } from './core.ts';
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

  // In a process of its own: what a test runner does to follow promises makes a simulation four times as slow.
  test(`the invariants hold in ${SEEDS} of them, and everything that may go wrong does`, async (t) => {
    const { code, said } = await simulated(['--seed', String(FIRST_SEED), '--seeds', String(SEEDS)]);
    t.diagnostic(said);
    assert.equal(code, 0, said);
    const sums = /^(\d+) seeds, .* (\d+) calls answered with signatures, (\d+) new signers$/m.exec(said);
    const [seeds, released, signedUp] = (sums ?? []).slice(1).map(Number);
    assert.equal(seeds, SEEDS);
    assert.ok(released! > SEEDS && signedUp! > SEEDS / 20, 'worlds in which hardly anything happens prove nothing');
  });
});

/** What `npm run simulate` says with these arguments, and how it ends. */
async function simulated(words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}
