// SPDX-License-Identifier: Apache-2.0
// Five times more than the house can do. `npm run overload -- --seconds N` goes on for longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from './run-program.ts';
import { NOT_FULL } from './tools.ts';

test('under five times its load the house does nearly as much as before, says no in time, freezes at once, does not grow, and is itself again afterwards', { skip: NOT_FULL }, async (t) => {
  const { status, stdout, stderr } = await runProgram(['house/test/overload/main.ts']);
  assert.equal(status, 0, `${stdout}${stderr.slice(-3000)}`);
  t.diagnostic(stdout.replaceAll('\n', '; '));
});
