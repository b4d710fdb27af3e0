// SPDX-License-Identifier: Apache-2.0
// More than a hundred documents: the body has their root, and the page compares every item with what it knows itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Item, listForm } from '@sigillo/doors/sap';
import { checkIntent } from '../../src/checks/intent.ts';
import { approvalHashes, checkReceipt } from '../../src/checks/receipt.ts';
import { hash } from '../played/key.ts';
import { sceneOf } from '../played/long-list.ts';
import { nonce, pinsOf, refusedWith } from '../played/scene.ts';

for (const count of [100, 101, 250, 1000]) {
  test(`${count} items, all checked and in order; then the receipt for them`, async () => {
    const { sam, demand, intent } = sceneOf(count);
    const pins = pinsOf(sam);
    const { body, items, challenge } = await checkIntent(intent(), pins, demand);
    assert.equal(items.length, count);
    assert.deepEqual(items.map(({ dtbsr }) => dtbsr), demand.ticket.hashes);
    assert.deepEqual(items.map(({ name }) => name), demand.ticket.labels);
    const { id: ticketId, signerId, keyId, clientId, clientKeyThumbprint } = demand.ticket;
    const approval = { ticketId, challenge, signerId, keyId, clientId, clientKeyThumbprint, ...(await approvalHashes(body, items)), pageNonce: nonce() };
    const receipt = sam.authorise(challenge, approval.pageNonce);
    await checkReceipt(receipt, pins, approval);
    const fewer = { ...approval, ...(await approvalHashes(body, items.slice(1))) };
    await refusedWith('receipt_field_12', checkReceipt(receipt, pins, fewer));
  });
}

test('a ticket for more than a thousand is refused', () => {
  assert.throws(() => sceneOf(1001), /ticket_malformed/);
});

const COUNT = 130;
const strange = (item: Item): Item => ({ ...item, dtbsr: new Uint8Array(32) });

/** Lists that a SAM may have put under its root instead of the one that was asked for. */
const OTHERS: Readonly<Record<string, (items: readonly Item[]) => readonly Item[]>> = {
  'item 101 is another': (items) => items.with(100, strange(items[100]!)),
  'two change places': (items) => items.with(0, items[1]!).with(1, items[0]!),
  'in the other order': (items) => items.toReversed(),
  'one is there twice': (items) => items.with(3, items[2]!),
  'another name': (items) => items.with(129, { ...items[129]!, name: 'Harmless.pdf' }),
  'another media type': (items) => items.with(7, { ...items[7]!, mediaType: 'text/html' }),
  'a size that the page does not know': (items) => items.with(7, { ...items[7]!, sizeBytes: 1 }),
  'a digest that the page does not know': (items) => items.with(7, { ...items[7]!, documentDigest: new Uint8Array(32) }),
};

for (const [name, change] of Object.entries(OTHERS)) {
  test(`another list: ${name}`, async () => {
    const { sam, demand, intent } = sceneOf(COUNT);
    let other: readonly Item[] = [];
    sam.bendSent = (items) => (other = change(items!));
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
    // The root of the other list, with the honest list beside it.
    sam.bend = (_type, body) => ({ ...body, ...listForm(other, hash) });
    sam.bendSent = (items) => items;
    await refusedWith('intent_field_24', checkIntent(intent(), pinsOf(sam), demand));
    // And the other list with its own root.
    sam.bendSent = () => other;
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
  });
}

test('one more and one less, under a right root of their own', async () => {
  for (const change of [(items: readonly Item[]) => items.slice(1), (items: readonly Item[]) => [...items, items[0]!]]) {
    const { sam, demand, intent } = sceneOf(COUNT);
    sam.bendSent = (items) => change(items!);
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
    let other: readonly Item[] = [];
    sam.bendSent = (items) => (other = change(items!));
    intent();
    sam.bend = (_type, body) => ({ ...body, ...listForm(other, hash) });
    await refusedWith('intent_field_17', checkIntent(intent(), pinsOf(sam), demand));
    sam.bend = (_type, body) => ({ ...body, ...listForm(other, hash), count: COUNT });
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
    sam.bendSent = (items) => items;
    await refusedWith('intent_field_24', checkIntent(intent(), pinsOf(sam), demand));
  }
});

test('one wrong item at every place, under the root and beside it', async () => {
  const { sam, demand, intent } = sceneOf(101);
  for (let at = 0; at < 101; at++) {
    let items: readonly Item[] = [];
    sam.bend = (_type, body) => body;
    sam.bendSent = (sent) => (items = sent!).with(at, strange(items[at]!));
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
    sam.bend = (_type, body) => ({ ...body, ...listForm(items.with(at, strange(items[at]!)), hash) });
    sam.bendSent = (sent) => sent;
    await refusedWith('intent_field_24', checkIntent(intent(), pinsOf(sam), demand));
  }
});

/** What a SAM says of the form of the list, and where the page stops. */
const FALSE_FORMS: Readonly<Record<string, readonly [string, number, (body: Record<string, unknown>) => Record<string, unknown>]>> = {
  'a root for a hundred': ['statement_malformed', 100, (body) => ({ ...body, items: [], itemsRoot: new Uint8Array(32) })],
  'a root and the items': ['statement_malformed', 100, (body) => ({ ...body, itemsRoot: new Uint8Array(32) })],
  'neither root nor items': ['statement_malformed', COUNT, (body) => ({ ...body, itemsRoot: null })],
  'a root, and a count that needs none': ['statement_malformed', COUNT, (body) => ({ ...body, count: 100 })],
  'a count of another list': ['intent_field_17', COUNT, (body) => ({ ...body, count: COUNT + 1 })],
};

for (const [name, [code, count, bend]] of Object.entries(FALSE_FORMS)) {
  test(`${name}: ${code}`, async () => {
    const { sam, demand, intent } = sceneOf(count);
    sam.bend = (_type, body) => bend(body);
    await refusedWith(code, checkIntent(intent(), pinsOf(sam), demand));
  });
}

test('a list beside a body that has it, and none beside one that has its root', async () => {
  for (const count of [2, COUNT]) {
    const { sam, demand, intent } = sceneOf(count);
    sam.bendSent = (items) => (items === null ? [] : null);
    await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), demand));
  }
});

test('documents that are more or fewer than the ticket has hashes', async () => {
  const { sam, demand, intent } = sceneOf(COUNT);
  await refusedWith('intent_field_18', checkIntent(intent(), pinsOf(sam), { ...demand, documents: demand.documents.slice(1) }));
});
