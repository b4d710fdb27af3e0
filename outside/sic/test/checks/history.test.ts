// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, groupByOperation, hasEarlier, requireNumbering } from '../../src/checks/history.ts';
import { makeScene, nonce, refusedWith } from '../played/scene.ts';

type Entries = Parameters<typeof requireNumbering>[0]['entries'];
const numbered = (...numbers: number[]): Entries => numbers.map((number) => ({ number })) as unknown as Entries;

const GOOD: readonly (readonly [Entries, number, number | null])[] = [
  [numbered(), 0, null],
  [numbered(3, 2, 1), 3, null],
  [numbered(9, 8), 9, null],
  [numbered(4, 3), 9, 5],
  [numbered(), 9, 1],
];
const BAD: Readonly<Record<string, readonly [Entries, number, number | null]>> = {
  'a hole': [numbered(3, 1), 3, null],
  'a missing newest entry': [numbered(2, 1), 3, null],
  'a repeated number': [numbered(3, 3, 2), 3, null],
  'the wrong order': [numbered(1, 2, 3), 3, null],
  'a number below one': [numbered(1, 0), 1, null],
  'no entries although there are some': [numbered(), 3, null],
  'a page that begins too low': [numbered(3, 2), 9, 5],
  'a page that begins at its bound': [numbered(5, 4), 9, 5],
};
test('numbers go down by one from the head or the bound', () => {
  for (const [entries, lastNumber, before] of GOOD) requireNumbering({ entries, lastNumber }, before);
});
for (const [name, [entries, lastNumber, before]] of Object.entries(BAD)) {
  test(`${name} is seen`, () => assert.throws(() => requireNumbering({ entries, lastNumber }, before), /history_numbering/));
}

test('a history is this signer\'s, of this call, and never shorter than it was', async () => {
  const { sam, pins, signer } = makeScene();
  sam.record(signer, 'enrolled', null, null);
  sam.record(signer, 'key_active', null, null);
  const pageNonce = nonce();
  const answer = sam.history(signer, null, pageNonce);
  const demand = { signerId: signer.signerId, before: null, pageNonce, lastSeen: 2 };
  const history = await checkHistory(answer, pins, demand);
  assert.equal(hasEarlier(history.entries), false);
  assert.equal(groupByOperation(history.entries).length, 2);
  await refusedWith('history_went_back', checkHistory(answer, pins, { ...demand, lastSeen: 3 }));
  await refusedWith('statement_signer', checkHistory(answer, pins, { ...demand, signerId: new Uint8Array(16) }));
  await refusedWith('statement_nonce', checkHistory(answer, pins, { ...demand, pageNonce: nonce() }));
  sam.bend = (_type, value) => ({ ...value, entries: (value['entries'] as unknown[]).slice(1) });
  await refusedWith('history_numbering', checkHistory(sam.history(signer, null, pageNonce), pins, demand));
});
