// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepNotes, keepOpenApproval, type Note, notes, openApproval } from '../../src/state/approvals.ts';
import { keepEnrolment, waitingEnrolment } from '../../src/state/enrolment.ts';
import { keepLastSeen, lastSeen } from '../../src/state/last-seen.ts';
import { memoryShelf } from '../played/memory.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const note: Note = {
  dtbsr: bytes(32),
  digest: bytes(32),
  byteRange: [0, 10, 20, 30],
  sizeBytes: 50,
  certificate: bytes(80),
  challenge: bytes(32),
  keyId: bytes(16),
  atMs: 1000,
};

test('notes come back as they were, until they are two days old', () => {
  const shelf = memoryShelf();
  keepNotes(shelf, [note], 1000);
  assert.deepEqual(notes(shelf, 2000).map((one) => ({ ...one })), [note]);
  assert.deepEqual(notes(shelf, 1000 + 49 * 3600 * 1000), []);
});

test('an approval that was sent comes back with all that its receipt must say', () => {
  const shelf = memoryShelf();
  const approval = {
    ticketId: 't',
    challenge: bytes(32),
    signerId: bytes(16),
    keyId: bytes(16),
    clientId: 'c',
    clientKeyThumbprint: bytes(32),
    algorithmsHash: bytes(32),
    listHash: bytes(32),
    pageNonce: bytes(32),
  };
  const open = {
    ticket: 'a.b.c',
    interaction: 'http://localhost:8401/interaction/u',
    requestId: null,
    sent: { approval, assertion: { a: 1 } },
  };
  keepOpenApproval(shelf, open);
  assert.deepEqual(openApproval(shelf), open);
});

test('what was written by others counts as nothing', () => {
  const shelf = memoryShelf();
  for (const value of [1, 'x', {}, [], { ticket: 1 }, { ticket: 't', sent: { approval: {} } }]) {
    shelf.put('approval', value);
    assert.equal(openApproval(shelf), null);
    shelf.put('enrolment', value);
    assert.equal(waitingEnrolment(shelf), null);
    shelf.put('approved', [value]);
    assert.deepEqual(notes(shelf, 0), []);
  }
});

test('an enrolment that waits, and the newest number seen, are kept', () => {
  const shelf = memoryShelf();
  keepEnrolment(shelf, { hash: bytes(32), code: '0142 0423', name: '佐藤 花子' });
  assert.equal(waitingEnrolment(shelf)?.code, '0142 0423');
  keepLastSeen(shelf, bytes(16), 9);
  keepLastSeen(shelf, bytes(16), 4);
  assert.equal(lastSeen(shelf, bytes(16)), 9);
  assert.equal(lastSeen(shelf, bytes(15)), 0);
});
