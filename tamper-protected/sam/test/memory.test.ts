// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ApprovedTickets } from '../src/approved-tickets.ts';
import { Memory } from '../src/memory.ts';
import { RowIndex } from '../src/records/row-index.ts';
import { RowMac } from '../src/records/row-mac.ts';

const openMemory = (): Memory => new Memory(new RowIndex(randomBytes(8)), new RowMac(randomBytes(16), randomBytes(32)));

test('who asks for signers that nobody is leaves nothing in memory', () => {
  const memory = openMemory();
  const nobody = memory.signer(randomBytes(16));
  assert.equal(memory.signer(randomBytes(16)), nobody, 'every unknown signer is the same one');
  assert.deepEqual(memory.nextEntry('refused', randomBytes(16)), { entry: 1, previousEntry: 0 });
  assert.equal(nobody.entries, 0);
});

test('of operations that are over so many are kept, the newest', () => {
  const memory = openMemory();
  const until = 2_000_000_000;
  for (let i = 0; i < 200_003; i++) memory.past.set(String(i), { authorised: i, calls: new Map(), end: undefined, until });
  memory.sweep(1_000_000_000);
  assert.deepEqual([memory.past.size, memory.past.has('2'), memory.past.has('3')], [200_000, false, true]);
  memory.sweep(until + 1);
  assert.equal(memory.past.size, 0);
});

test('a ticket that was approved is forgotten after its end, and none that ends by then is taken again', () => {
  const tickets = new ApprovedTickets();
  tickets.add('early', 1000);
  tickets.add('late', 1900);
  assert.deepEqual([tickets.has('early'), tickets.mayBeForgotten(1)], [true, false], 'nothing was forgotten yet');
  tickets.sweep(1000);
  assert.equal(tickets.has('early'), true, 'its last second');
  tickets.sweep(1001);
  assert.deepEqual([tickets.size, tickets.has('early'), tickets.has('late')], [1, false, true]);
  assert.deepEqual([tickets.mayBeForgotten(1000), tickets.mayBeForgotten(1001)], [true, false]);
  tickets.sweep(5000);
  tickets.sweep(1);
  assert.deepEqual([tickets.size, tickets.mayBeForgotten(1900), tickets.mayBeForgotten(1901)], [0, true, false]);
});
