// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Memory } from '../src/memory.ts';
import { RowIndex } from '../src/records/row-index.ts';
import { RowMac } from '../src/records/row-mac.ts';

test('who asks for signers that nobody is leaves nothing in memory', () => {
  const memory = new Memory(new RowIndex(randomBytes(8)), new RowMac(randomBytes(16), randomBytes(32)));
  const nobody = memory.signer(randomBytes(16));
  assert.equal(memory.signer(randomBytes(16)), nobody, 'every unknown signer is the same one');
  assert.deepEqual(memory.nextEntry('refused', randomBytes(16)), { entry: 1, previousEntry: 0 });
  assert.equal(nobody.entries, 0);
});
