// SPDX-License-Identifier: Apache-2.0
// Fifty rounds of real crashes. `npm run chaos -- --rounds N` goes on for longer, and says more while it does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChaosReport } from '../chaos/run.ts';
import { runProgram } from './run-program.ts';
import { NOT_FULL } from './tools.ts';

const ROUNDS = 50;

test('fifty times something dies or breaks under load: nothing is signed twice, nothing is lost, and the house comes back', { skip: NOT_FULL }, async (t) => {
  const words = ['house/test/chaos/main.ts', '--rounds', String(ROUNDS), '--json'];
  const { status, stdout, stderr } = await runProgram(words);
  assert.equal(status, 0, stderr.slice(-4000));
  const { kinds, ceremonies, rounds, seed, signatures } = JSON.parse(stdout) as ChaosReport;
  assert.equal(rounds, ROUNDS);
  for (const [kind, { injected, observed }] of Object.entries(kinds)) assert.ok(injected > 0 && observed === injected, `${kind}: ${injected} injected, ${observed} observed (seed ${seed})`);
  for (const [ceremony, times] of Object.entries(ceremonies)) assert.ok(times > 0, ceremony);
  t.diagnostic(`seed ${seed}: ${signatures} signatures; ${Object.entries(kinds).map(([kind, { observed }]) => `${kind} ${observed}`).join(', ')}`);
});
