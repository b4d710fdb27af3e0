// SPDX-License-Identifier: Apache-2.0
// SAP-30, SAP-31, SAP-46 against the signer's page: whoever carries the SAM's answers to it is the attacker.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { intentBody, intentStatement, type Item, listForm } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { hash } from '../played/key.ts';
import { type LongScene, sceneOf } from '../played/long-list.ts';
import { makeScene, nonce, pinsOf } from '../played/scene.ts';
import type { Signed } from '../played/sam.ts';
import { attacksOnPage } from './stage.ts';

suite('attacks on the page', () => {
  const { attack } = attacksOnPage();
  const given = { event: null, gains: 'answer' } as const;
  const STATEMENT = 'checks/statement.ts';
  const INTENT = 'checks/intent.ts';

  attack({
    ...given,
    id: 'SAP-30',
    title: 'the name of a document, changed on the way to the page',
    // Without the signature, what the page knows from the ticket and from the document itself still differs.
    guard: [STATEMENT, INTENT],
    code: 'statement_signature',
    async run({ checkIntent }, strike) {
      const { demand, pins, intent } = makeScene();
      await strike(() => checkIntent(renamed(intent()), pins, demand));
    },
  });

  attack({
    ...given,
    id: 'SAP-30',
    title: 'the registered name of the application, changed on the way to the page',
    guard: STATEMENT,
    code: 'statement_signature',
    async run({ checkIntent }, strike) {
      const { demand, pins, intent } = makeScene();
      const { statement, signature } = intent();
      const value = decode(intentStatement, statement);
      const other = encode(intentStatement, { ...value, shown: { ...value.shown, clientName: 'City office' } });
      await strike(() => checkIntent({ statement: other, signature }, pins, demand));
    },
  });

  attack({
    ...given,
    id: 'SAP-31',
    title: 'an older intent of the same signer',
    guard: STATEMENT,
    code: 'statement_nonce',
    async run({ checkIntent }, strike) {
      const { demand, pins, intent } = makeScene();
      const older = intent({ ...demand, pageNonce: nonce() });
      await strike(() => checkIntent(older, pins, demand));
      await requireOtherCode(checkIntent, older, intent());

      async function requireOtherCode(check: typeof checkIntent, ...answers: readonly [Signed, Signed]): Promise<void> {
        const [old, own] = answers;
        const codes = await Promise.all([
          check(old, pins, { ...demand, pageNonce: decode(intentStatement, old.statement).pageNonce }),
          check(own, pins, demand),
        ]);
        assert.notEqual(codes[0].code, codes[1].code, 'two screens show other digits');
      }
    },
  });

  attack({
    ...given,
    id: 'SAP-31',
    title: "another signer's intent, which the SAM signed for this very page",
    guard: INTENT,
    code: 'intent_field_7',
    async run({ checkIntent }, strike) {
      const { demand, pins, intent, sam } = makeScene();
      sam.bend = (type, value) => (type === 'intent' && 'signerId' in value ? { ...value, signerId: new Uint8Array(randomBytes(16)) } : value);
      await strike(() => checkIntent(intent(), pins, demand));
    },
  });

  const LIST = 'checks/item-list.ts';

  attack({
    ...given,
    id: 'SAP-30',
    title: 'the root of another list, beside the one that was asked for',
    guard: LIST,
    code: 'intent_field_24',
    async run({ checkIntent }, strike) {
      const { sam, demand, intent } = sceneOf(150);
      const items = itemsOf(demand);
      for (const other of [items.with(100, { ...items[100]!, dtbsr: randomBytes(32) }), items.toReversed(), items.with(1, items[0]!)]) {
        sam.bend = (_type, body) => ({ ...body, ...listForm(other, hash) });
        await strike(() => checkIntent(intent(), pinsOf(sam), demand));
      }
    },
  });

  attack({
    ...given,
    id: 'SAP-30',
    title: 'item 101 exchanged, under the root and beside it',
    guard: LIST,
    code: 'intent_field_18',
    async run({ checkIntent }, strike) {
      const { sam, demand, intent } = sceneOf(150);
      const items = itemsOf(demand);
      const other = items.with(100, { ...items[100]!, name: 'Harmless.pdf' });
      sam.bend = (_type, body) => ({ ...body, ...listForm(other, hash) });
      sam.bendSent = () => other;
      await strike(() => checkIntent(intent(), pinsOf(sam), demand));
    },
  });

  for (const [title, count, bend] of [
    ['a root for a list that could stand in full', 100, { items: [], itemsRoot: new Uint8Array(32) }],
    ['a list and a root, of which one is shown and the other signed', 100, { itemsRoot: new Uint8Array(32) }],
    ['a count, and nothing that is counted', 150, { itemsRoot: null }],
    ['items beside the root of a long list', 150, { items: itemsOf(sceneOf(3).demand) }],
  ] as const)
    attack({
      ...given,
      id: 'SAP-30',
      title,
      // The comparison with the ticket would stop what has the wrong form, too.
      guard: ['doors:sap/list-form.ts', LIST],
      code: 'statement_malformed',
      async run({ checkIntent }, strike) {
        const { sam, demand, intent } = sceneOf(count);
        sam.bend = (_type, body) => ({ ...body, ...bend });
        await strike(() => checkIntent(intent(), pinsOf(sam), demand));
      },
    });

  attack({
    ...given,
    id: 'SAP-46',
    title: 'names that turn, hide or break the text around them are shown as their codes',
    guard: 'text/visible.ts',
    code: 'shown_escaped',
    async run({ visible }, strike) {
      for (const name of ['contract\u202efdp.exe', 'a\u2066b', 'a\u200bb', 'a\u200db', 'a\ufeffb', 'a\u00adb', 'a\nb', '\u061ca', 'a\u2800', 'a \u3164'])
        await strike(() => (visible(name) === name ? Promise.resolve(name) : Promise.reject(Object.assign(new Error(name), { code: 'shown_escaped' }))));
    },
  });
});

/** The list as a SAM makes it of a ticket for hashes. */
function itemsOf({ ticket }: LongScene['demand']): readonly Item[] {
  const mediaType = 'application/octet-stream';
  return ticket.hashes.map((dtbsr, at) => ({ dtbsr, documentDigest: null, name: ticket.labels[at]!, mediaType, sizeBytes: 0 }));
}

/** The intent with another name for its document; the signature stays. */
function renamed({ statement, signature }: Signed): Signed {
  const value = decode(intentStatement, statement);
  const body = decode(intentBody, value.body);
  const items = body.items.map((item) => ({ ...item, name: 'Harmless.pdf' }));
  return { statement: encode(intentStatement, { ...value, body: encode(intentBody, { ...body, items }) }), signature };
}
