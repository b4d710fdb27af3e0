// SPDX-License-Identifier: Apache-2.0
// The checks after each round find what they are there for: a record that is right passes, and each thing that is wrong with it is named.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { toHex } from '@sigillo/standards/bytes';
import { type Account, type Item, nameOf, newAccount } from './account.ts';
import { acknowledgedStands, continues } from './checks/acknowledged.ts';
import { copyAgrees, countsAgree } from './checks/agreement.ts';
import { answersAreClear } from './checks/answers.ts';
import { itemsAreUsedOnce, nothingStaysOpen } from './checks/items.ts';
import { signaturesStand } from './checks/signatures.ts';
import { type Exchange, HUNG } from './exchanges.ts';
import { newItems } from './players/player.ts';
import { seededRandom } from './random.ts';
import type { Operation, SamRecord, Witnesses } from './record.ts';
import { faultsNeverSeen } from './report.ts';
import { Violation } from './violation.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signed = ({ content }: Item): Uint8Array => new Uint8Array(sign('sha256', content, privateKey));
const challenge = new Uint8Array(createHash('sha256').update('challenge').digest());
const [one, two] = newItems(2) as [Item, Item];
const [first, second] = [signed(one), signed(two)];

function operation(change: Partial<Operation> = {}): Operation {
  const executing = [{ record: 11, indices: [0] }, { record: 12, indices: [1] }];
  const released = [{ record: 13, call: 'a', indices: [0], signatures: [first] }, { record: 14, call: 'b', indices: [1], signatures: [second] }];
  return { challenge: toHex(challenge), keyId: 'key', record: 10, dtbsrs: [nameOf(one), nameOf(two)], executing, released, ended: [], ...change };
}

function record(change: Partial<Operation> = {}, more: Partial<SamRecord> = {}): SamRecord {
  return { operations: new Map([[toHex(challenge), operation(change)]]), stopped: new Map(), revoked: new Set(), starts: [1], groups: [], lastRecord: 14, ...more };
}

function account(signatures: readonly Uint8Array[] | undefined): Account {
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const call = { items: [one, two], startedAt: 0, endedAt: 1, signatures, code: undefined };
  return { ...newAccount(), approvals: [{ keyId: 'key', publicKey: spki, items: [one, two], challenge, acknowledged: true, calls: [call] }] };
}

const violated = (check: () => unknown, message: RegExp): void => assert.throws(check, (cause) => cause instanceof Violation && message.test(cause.message));

test('an item is begun once and released once', () => {
  itemsAreUsedOnce(record());
  violated(() => itemsAreUsedOnce(record({ executing: [{ record: 11, indices: [0, 1] }, { record: 12, indices: [1] }] })), /executing twice/);
  violated(() => itemsAreUsedOnce(record({ released: [...operation().released, { record: 15, call: 'c', indices: [0], signatures: [first] }] })), /released twice/);
  violated(() => itemsAreUsedOnce(record({ executing: [{ record: 11, indices: [0] }] })), /never begun/);
  violated(() => itemsAreUsedOnce(record({ ended: [{ record: 15, event: 'indeterminate', indices: [1] }] })), /indeterminate and released/);
  violated(() => itemsAreUsedOnce(record({ executing: [{ record: 11, indices: [0, 1, 2] }] })), /never approved/);
});

test('nothing begins after a stop', () => {
  itemsAreUsedOnce(record({}, { stopped: new Map([['key', 13]]) }));
  violated(() => itemsAreUsedOnce(record({}, { stopped: new Map([['key', 12]]) })), /after its key was stopped/);
});

test('what was open at a start is closed', () => {
  const open: Partial<Operation> = { released: [operation().released[0]!] };
  assert.equal(nothingStaysOpen(record({ ...open, ended: [{ record: 17, event: 'indeterminate', indices: [1] }] }, { starts: [1, 16] })), 1);
  assert.equal(nothingStaysOpen(record(open)), 0);
  violated(() => nothingStaysOpen(record(open, { starts: [1, 16] })), /stayed open/);
});

test('a signature that a client holds verifies and is the released one', () => {
  assert.equal(signaturesStand(account([first, second]), record()), 2);
  violated(() => signaturesStand(account([first, signed(two)]), record()), /another signature/);
  violated(() => signaturesStand(account([first, first]), record()), /does not verify/);
  violated(() => signaturesStand(account([first, second]), record({ released: [operation().released[0]!] })), /never released/);
  violated(() => signaturesStand(account([first, second]), record({}, { operations: new Map() })), /does not know/);
});

test('what was acknowledged stays, and the record only grows', () => {
  acknowledgedStands(account(undefined), record());
  violated(() => acknowledgedStands(account(undefined), record({}, { operations: new Map() })), /approval .* is gone/);
  violated(() => acknowledgedStands({ ...newAccount(), stopped: [{ keyId: 'key', revoked: false }] }, record()), /stop .* is gone/);
  const frozen = record({}, { stopped: new Map([['key', 13]]) });
  acknowledgedStands({ ...newAccount(), stopped: [{ keyId: 'key', revoked: false }] }, frozen);
  violated(() => acknowledgedStands({ ...newAccount(), stopped: [{ keyId: 'key', revoked: true }] }, frozen), /stop .* is gone/);
  const group = (mac: number) => ({ number: 1, firstRecord: 1, count: 1, mac: new Uint8Array(32).fill(mac) });
  continues(record({}, { groups: [group(1)] }), record({}, { groups: [group(1), group(2)] }));
  violated(() => continues(record({}, { groups: [group(1)] }), record()), /had 1 groups and has 0/);
  violated(() => continues(record({}, { groups: [group(1)] }), record({}, { groups: [group(2)] })), /another than before/);
});

test('each process of the crypto module signed what was released with its keys, and no more than was begun', () => {
  const counted = (boot: string, signatures: number, at: number, other = 3) => ({ counts: [{ boot, signatures }, { boot: 'other', signatures: other }], record: at });
  const even = record({ keyId: 'fe' });
  assert.equal(countsAgree(counted('x', 5, 10), counted('x', 7, 14), even), 0);
  violated(() => countsAgree(counted('x', 5, 10), counted('x', 8, 14), even), /process 1 .* signed 3 items/);
  violated(() => countsAgree(counted('x', 5, 10), counted('x', 6, 14), even), /2 items were released/);
  violated(() => countsAgree(counted('x', 5, 10), counted('y', 3, 14), even), /process 1 .* signed 3 items/);
  violated(() => countsAgree(counted('x', 5, 10), counted('x', 7, 14, 4), even), /process 2 .* signed 1 items, and only 0/);
  assert.equal(countsAgree(counted('x', 5, 10), counted('x', 5, 14, 5), record({ keyId: 'ff' })), 0);
});

test('the copy has the bytes of the file', async () => {
  const witnesses = (copied: number, size: number): Witnesses => ({
    record: () => Promise.reject(new Error('not asked')),
    counts: () => Promise.reject(new Error('not asked')),
    close: () => Promise.resolve(),
    groupsFrom: () => new Map([[1, Uint8Array.of(1)], [2, Uint8Array.of(2)]]),
    copied: (group) => Promise.resolve(Uint8Array.of(group === 1 ? 1 : copied)),
    copySize: () => Promise.resolve({ count: size, highest: 2 }),
  });
  assert.equal(await copyAgrees(witnesses(2, 2), 1), 3);
  await assert.rejects(copyAgrees(witnesses(3, 2), 1), /group 2 of the copy is another/);
  await assert.rejects(copyAgrees(witnesses(2, 1), 1), /the copy has 1 groups/);
});

test('an answer is clear, or its process was down', () => {
  const exchange = (change: Partial<Exchange>): Exchange => ({ method: 'POST', port: 1, path: '/x', startedAt: 10, endedAt: 20, status: 200, code: undefined, retryAfter: undefined, failure: undefined, ...change });
  const busy = exchange({ status: 503, code: 'busy', retryAfter: '1' });
  const broken = exchange({ status: undefined, failure: 'ECONNRESET' });
  const outages = [{ port: 1, from: 15, until: 30 }];
  assert.deepEqual(answersAreClear([exchange({}), busy, broken], outages), { answered: 1, refused: 1, broken: 1 });
  violated(() => answersAreClear([broken], []), /broke \(ECONNRESET\)/);
  violated(() => answersAreClear([exchange({ status: undefined, failure: 'ECONNRESET', port: 2 })], outages), /broke/);
  violated(() => answersAreClear([exchange({ status: undefined, failure: HUNG })], outages), /hung/);
  violated(() => answersAreClear([exchange({ status: 503, code: 'busy' })], []), /without Retry-After/);
  violated(() => answersAreClear([exchange({ status: 500, code: 'internal' })], []), /500 internal/);
  violated(() => answersAreClear([exchange({ status: 400 })], []), /without a code/);
});

test('a fault that nobody met counts against the run, and a seed gives the same choices again', () => {
  const report = { seed: 1, rounds: 1, backMs: [], ceremonies: {}, brokenOff: {}, answered: 0, refused: 0, broken: 0, signatures: 0, inDoubt: 0, records: 0 };
  const kinds = { met: { injected: 2, observed: 1 }, missed: { injected: 1, observed: 0 }, never: { injected: 0, observed: 0 } };
  assert.deepEqual(faultsNeverSeen({ ...report, kinds }), ['missed']);
  const choices = (seed: number): number[] => seededRandom(seed).shuffled([1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(choices(7), choices(7));
  assert.notDeepEqual(choices(7), choices(8));
});
