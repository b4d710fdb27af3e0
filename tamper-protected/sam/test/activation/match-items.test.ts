// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OpenItems, takeItems } from '../../src/activation/match-items.ts';
import { placesOf } from '../../src/activation/places.ts';

const digest = (number: number): Uint8Array => new Uint8Array(32).fill(number);

function operationOf(digests: readonly Uint8Array[]): OpenItems {
  const items = digests.map((dtbsr) => ({ dtbsr }));
  return { issued: { items }, places: placesOf(items), taken: items.map(() => false), left: items.length };
}

/** Numbers below a bound, the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** The same rule, looked up item by item. */
function oneByOne(digests: readonly Uint8Array[], taken: readonly boolean[], call: readonly Uint8Array[]): readonly number[] | 'list_mismatch' {
  const chosen = [...taken];
  const indices: number[] = [];
  for (const wanted of call) {
    const index = digests.findIndex((one, i) => !chosen[i] && Buffer.compare(one, wanted) === 0);
    if (index === -1) return 'list_mismatch';
    chosen[index] = true;
    indices.push(index);
  }
  return indices;
}

function taken(operation: OpenItems, call: readonly Uint8Array[]): readonly number[] | string {
  try {
    return takeItems(operation, call, false);
  } catch (cause) {
    return (cause as { readonly code: string }).code;
  }
}

test('calls of any order, with hashes that stand in the list more than once, take what a search item by item takes', () => {
  const random = numbers(7);
  const digests = (max: number): Uint8Array[] => Array.from({ length: 1 + random(max) }, () => digest(random(5)));
  for (let round = 0; round < 500; round++) {
    const list = digests(12);
    const operation = operationOf(list);
    for (let left = random(7); left > 0; left--) {
      const call = digests(6);
      const before = [...operation.taken];
      const expected = oneByOne(list, before, call);
      assert.deepEqual(taken(operation, call), expected);
      assert.deepEqual(operation.taken, before.map((was, i) => was || (expected !== 'list_mismatch' && expected.includes(i))));
      assert.equal(operation.left, operation.taken.filter((one) => !one).length);
    }
  }
});

test('a thousand items, one of them wrong at each place: nothing is taken; and then all, in another order', () => {
  const list: Uint8Array[] = Array.from({ length: 1000 }, (_, i) => new Uint8Array(32).fill(i >> 8).fill(i & 255, 0, 1));
  const operation = operationOf(list);
  for (let at = 0; at < list.length; at++) assert.equal(taken(operation, list.with(at, digest(0xee))), 'list_mismatch');
  assert.equal(operation.left, 1000);
  assert.equal(taken(operation, [...list, list[0]!]), 'list_mismatch');
  assert.deepEqual(taken(operation, list.toReversed()), list.map((_, i) => 999 - i));
  assert.equal(taken(operation, [list[500]!]), 'list_mismatch');
});
