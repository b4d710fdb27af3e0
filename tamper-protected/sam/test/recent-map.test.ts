// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentMap } from '../src/recent-map.ts';
import { seeded } from './records/seeded.ts';

test('what was used lately is there, with its last value, and never more than the limit', () => {
  const random = seeded('recent');
  const map = new RecentMap<number, number>(100);
  const last = new Map<number, number>();
  const used: number[] = [];
  for (let step = 0; step < 5000; step++) {
    const key = random.below(300);
    if (random.below(2) === 0) {
      map.set(key, step);
      last.set(key, step);
      used.push(key);
    } else {
      const value = map.get(key);
      if (value !== undefined) used.push(key);
      if (value !== undefined) assert.equal(value, last.get(key));
    }
    assert.ok(map.size <= 100);
    if (step % 50 === 0) for (const lately of new Set(used.slice(-49))) assert.equal(map.get(lately), last.get(lately));
  }
  assert.equal(map.get(-1), undefined);
});
