// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Driven, OverloadReport } from './run.ts';
import { faultsOf, goodputOf } from './verdict.ts';

const times = { p50: 10, p99: 50, max: 60 };
function driven(change: Partial<Driven> = {}): Driven {
  return {
    seconds: 2, offeredPerSecond: 100, sentPerSecond: 100, goodPerSecond: 100, statuses: { 200: 200 }, unsent: 0, lost: 0, hung: 0, left: 0, withoutRetryAfter: 0, goodMs: times, refusedMs: times,
    cpuSeconds: 1, cpu: {}, processors: { busy: 4, own: 4 }, ...change,
  };
}
const overload = (change: Partial<Driven> = {}): Driven => driven({ seconds: 5, offeredPerSecond: 500, goodPerSecond: 90, statuses: { 200: 450, 503: 900 }, processors: { busy: 10, own: 10 }, ...change });
const report = (change: Partial<OverloadReport> = {}): OverloadReport => ({ peaks: [driven()], overloads: [overload()], after: driven(), freezesMs: [200, 300], memory: { ssa: [[100, 120]], sam: [[100, 110]] }, ...change });

test('a house that holds its own has no faults', () => {
  assert.deepEqual(faultsOf(report()), []);
});

const faulty: readonly (readonly [RegExp, Partial<OverloadReport>])[] = [
  [/79 % of the peak/, { overloads: [overload({ goodPerSecond: 79 })] }],
  [/requests a second were offered/, { overloads: [overload({ offeredPerSecond: 300 })] }],
  [/no overload/, { overloads: [overload({ statuses: { 200: 450 } })] }],
  [/a refusal took/, { overloads: [overload({ refusedMs: { ...times, p99: 1500 } })] }],
  [/without Retry-After/, { overloads: [overload({ withoutRetryAfter: 1 })] }],
  [/connections lost/, { overloads: [overload({ lost: 1 })] }],
  [/without an answer/, { overloads: [overload({ hung: 1 })] }],
  [/status 500/, { overloads: [overload({ statuses: { 200: 450, 503: 900, 500: 1 } })] }],
  [/sent away when the load was over/, { after: driven({ statuses: { 200: 100, 503: 1 } }) }],
  [/freezing took/, { freezesMs: [200, 1200] }],
  [/freezing took/, { freezesMs: [] }],
  [/ssa grew from 100 to 200/, { memory: { ssa: [[100, 200]], sam: [[100, 110]] } }],
];
for (const [fault, change] of faulty) {
  test(`it finds: ${fault.source}`, () => {
    const faults = faultsOf(report(change));
    assert.equal(faults.length, 1, faults.join('; '));
    assert.match(faults[0]!, fault);
  });
}

test('on a machine that somebody else uses as well, the processor time that the house had counts', () => {
  const shared = overload({ goodPerSecond: 50, processors: { busy: 10, own: 5.5 } });
  assert.deepEqual(faultsOf(report({ overloads: [shared] })), []);
  assert.ok(goodputOf(report({ overloads: [shared] })).foreignShare > 0.1);
  assert.equal(faultsOf(report({ overloads: [overload({ goodPerSecond: 50, processors: { busy: 10, own: 8 } })] })).length, 1);
  assert.deepEqual(faultsOf(report({ overloads: [shared], freezesMs: [1100] })), [], 'everything takes longer there');
  assert.equal(faultsOf(report({ overloads: [shared], freezesMs: [2500] })).length, 1);
  assert.equal(faultsOf(report({ overloads: [overload({ goodPerSecond: 50, processors: { busy: 5.5, own: 5.5 } })] })).length, 1, 'alone on a machine, what was done in each second counts');
});
