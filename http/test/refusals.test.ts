// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { refusals } from '../src/refusals.ts';

const open = { destroyed: false } as ServerResponse;

test('a small crowd is told at once, a large one in turn, and nobody waits longer than the bound', () => {
  let now = 0;
  const told: number[] = [];
  const turns = refusals({ perSecond: 100, waitMsMax: 300, monotonic: () => now });
  for (let n = 0; n < 12; n++) turns.tell(open, () => told.push(n));
  assert.deepEqual(told, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'a tenth of a second of them');
  now = 10_000;
  turns.tell(open, () => told.push(99));
  assert.equal(told.at(-1), 99, 'there is room again');
});

test('those who wait are told in the order in which they came, at the rate, until the bound is reached', async () => {
  const told: { readonly n: number; readonly ms: number }[] = [];
  const turns = refusals({ perSecond: 100, waitMsMax: 300, monotonic: () => performance.now() });
  const started = performance.now();
  for (let n = 0; n < 200; n++) turns.tell(open, () => told.push({ n, ms: performance.now() - started }));
  while (told.length < 200) await pause(5);
  assert.deepEqual(told.map(({ n }) => n), Array.from({ length: 200 }, (_, n) => n));
  assert.ok(told[19]!.ms > 60 && told[35]!.ms > 200, 'each waits for its turn');
  assert.ok(told[41]!.ms > 250, 'the crowd waits for the bound');
});

test('who has gone meanwhile is told nothing', async () => {
  const told: string[] = [];
  const turns = refusals({ perSecond: 10, waitMsMax: 300, monotonic: () => performance.now() });
  turns.tell(open, () => told.push('first'));
  const gone = { destroyed: false } as { destroyed: boolean };
  turns.tell(gone as ServerResponse, () => told.push('gone'));
  turns.tell(open, () => told.push('last'));
  gone.destroyed = true;
  while (told.length < 2) await pause(5);
  assert.deepEqual(told, ['first', 'last']);
});
