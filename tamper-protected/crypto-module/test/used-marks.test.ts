// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsedMarks } from '../src/used-marks.ts';

test('a mark is kept until its ticket expires, and no longer than the ones before it', () => {
  const marks = new UsedMarks();
  marks.add('early', 10);
  marks.add('late', 30);
  marks.add('between', 20);
  marks.forgetExpired(9);
  assert.ok(marks.has('early'));
  marks.forgetExpired(10);
  assert.deepEqual(['early', 'late', 'between'].map((mark) => marks.has(mark)), [false, true, true]);
  marks.forgetExpired(25);
  assert.ok(marks.has('between'));
  marks.forgetExpired(30);
  assert.equal(marks.size, 0);
});

test('at a steady rate the number kept is steady', () => {
  const marks = new UsedMarks();
  let most = 0;
  for (let now = 0; now < 100_000; now++) {
    marks.forgetExpired(now);
    marks.add(`mark ${now}`, now + 500);
    most = Math.max(most, marks.size);
  }
  assert.equal(most, 500);
});

test('marks of one operation differ by their index', () => {
  const operation = new Uint8Array(32);
  assert.notEqual(UsedMarks.of({ operation, index: 1 }), UsedMarks.of({ operation, index: 11 }));
  assert.notEqual(UsedMarks.of({ operation, index: 1 }), UsedMarks.of({ operation: operation.with(31, 1), index: 1 }));
});
