// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateLimit } from '../src/rate-limit.ts';

test('buckets fill again, hold what they may, and are bounded in number', () => {
  let now = 0;
  const limit = rateLimit({ burst: 2, perMinute: 60, monotonic: () => now, bucketsMax: 3 });
  const took = (address: string): boolean => {
    try {
      limit.take('route', address);
      return true;
    } catch {
      return false;
    }
  };
  assert.deepEqual([took('1.2.3.4'), took('1.2.3.4'), took('1.2.3.4'), took('1.2.3.5')], [true, true, false, true]);
  now += 1000;
  assert.deepEqual([took('1.2.3.4'), took('1.2.3.4')], [true, false]);
  now += 3_600_000;
  assert.deepEqual([took('1.2.3.4'), took('1.2.3.4'), took('1.2.3.4')], [true, true, false]);
  assert.deepEqual([took('2001:db8:1:2::1'), took('2001:db8:1:2:ffff::9'), took('2001:db8:1:2:0:0:0:3')], [true, true, false], 'a /64 is one place');
  assert.equal(took('2001:db8:1:3::1'), true);
  for (let i = 0; i < 10; i++) took(`10.0.0.${i}`);
  assert.equal(took('1.2.3.4'), true, 'the oldest was forgotten');
});
