// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '@sigillo/standards/bytes';
import { RecentMap, sha256 } from '../src/index.ts';

test('what was used lately is there, with its last value, and never more than the limit', () => {
  let drawn = 0;
  const below = (limit: number): number => Buffer.from(sha256(utf8(`recent ${drawn++}`))).readUIntBE(0, 6) % limit;
  const map = new RecentMap<number, number>(100);
  const last = new Map<number, number>();
  const used: number[] = [];
  for (let step = 0; step < 5000; step++) {
    const key = below(300);
    if (below(2) === 0) {
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

test('what is deleted is gone, from either generation', () => {
  const map = new RecentMap<number, string>(4);
  for (const key of [1, 2, 3]) map.set(key, 'there');
  map.delete(1);
  map.delete(3);
  assert.deepEqual([1, 2, 3].map((key) => map.get(key)), [undefined, 'there', undefined]);
});
