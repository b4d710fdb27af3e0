// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengePreimage } from '@sigillo/doors/sap';
import { checkIntent, requireSameQuestion } from '../../src/checks/intent.ts';
import { hash, makeKey, signFixed } from '../played/key.ts';
import { makeScene, nonce, refusedWith } from '../played/scene.ts';

test('an honest intent is shown, with the challenge over exactly its bytes', async () => {
  const { demand, pins, intent } = makeScene();
  const checked = await checkIntent(intent(), pins, demand);
  assert.equal(checked.shown.clientName, 'Example KK');
  assert.deepEqual(checked.challenge, hash(challengePreimage('sign', checked.encodedBody)));
  assert.match(checked.code, /^\d{4} \d{4}$/);
});

test('documents that the page has not seen stay without digest', async () => {
  const { demand, pins, intent } = makeScene();
  const unseen = { ...demand, documents: [{ digest: null, sizeBytes: 0 }] };
  const checked = await checkIntent(intent(unseen), pins, unseen);
  assert.equal(checked.items[0]?.documentDigest, null);
});

const other = (length: number): Uint8Array => new Uint8Array(length).fill(0xee);
type Body = Record<string, unknown>;
const item = (change: Body) => (body: Body): Body => ({ ...body, items: (body['items'] as Body[]).map((one) => ({ ...one, ...change })) });

/** What a SAM's body says differently, and the code that the page stops with. */
const LIES: Readonly<Record<string, readonly [string, (body: Body) => Body]>> = {
  'another deployment': ['statement_deployment', (body) => ({ ...body, deploymentId: other(16) })],
  'another SAM': ['statement_sam', (body) => ({ ...body, samId: other(16) })],
  'another signer': ['intent_field_7', (body) => ({ ...body, signerId: other(16) })],
  'another key': ['intent_field_8', (body) => ({ ...body, keyId: other(16) })],
  'the hash of another certificate': ['intent_field_10', (body) => ({ ...body, certificateHash: other(32) })],
  'another application': ['intent_field_12', (body) => ({ ...body, clientId: 'sca' })],
  'another key of the application': ['intent_field_13', (body) => ({ ...body, clientKeyThumbprint: other(32) })],
  'another hash algorithm': ['intent_field_14', (body) => ({ ...body, hashAlgorithm: '2.16.840.1.101.3.4.2.3' })],
  'another signature algorithm': ['intent_field_15', (body) => ({ ...body, signatureAlgorithm: '1.2.840.10045.4.3.4' })],
  'parameters that nobody asked for': ['intent_field_16', (body) => ({ ...body, signatureParameters: other(4) })],
  'one signature more': ['statement_malformed', (body) => ({ ...body, count: 2 })],
  'an item more': ['statement_malformed', (body) => ({ ...body, items: [...(body['items'] as Body[]), ...(body['items'] as Body[])] })],
  'one signature and an item more': ['intent_field_17', (body) => ({ ...body, count: 2, items: [...(body['items'] as Body[]), ...(body['items'] as Body[])] })],
  'a root beside the item': ['statement_malformed', (body) => ({ ...body, itemsRoot: other(32) })],
  'a root in the place of the item': ['statement_malformed', (body) => ({ ...body, items: [], itemsRoot: other(32) })],
  'another media type': ['intent_field_18', item({ mediaType: 'text/html' })],
  'another hash to sign': ['intent_field_18', item({ dtbsr: other(32) })],
  'the digest of another document': ['intent_field_18', item({ documentDigest: other(32) })],
  'a document that counts as unseen': ['intent_field_18', item({ documentDigest: null })],
  'another name': ['intent_field_18', item({ name: 'Harmless.pdf' })],
  'another size': ['intent_field_18', item({ sizeBytes: 1 })],
  'a life of hours': ['intent_field_20', (body) => ({ ...body, expires: Number(body['notBefore']) + 7200 })],
  'another language': ['intent_field_22', (body) => ({ ...body, language: 'en' })],
  'another level': ['intent_field_23', (body) => ({ ...body, soleControlLevel: 1 })],
};

for (const [name, [code, bend]] of Object.entries(LIES)) {
  test(`${name}: ${code}`, async () => {
    const { sam, demand, pins, intent } = makeScene();
    sam.bend = (_type, body) => bend(body);
    await refusedWith(code, checkIntent(intent(), pins, demand));
  });
}

test('a ticket that leaves the algorithm to the SAM takes any that fits key and hash, and no other', async () => {
  const { sam, demand, pins, intent } = makeScene();
  const open = { ...demand, ticket: { ...demand.ticket, signatureAlgorithm: null } };
  assert.equal((await checkIntent(intent(open), pins, open)).body.signatureAlgorithm, '1.2.840.10045.4.3.2');
  for (const signatureAlgorithm of ['1.2.840.10045.4.3.3', '1.2.840.113549.1.1.11', '1.2.3']) {
    sam.bend = (_type, body) => ({ ...body, signatureAlgorithm });
    await refusedWith('intent_field_15', checkIntent(intent(open), pins, open));
  }
});

test('one changed byte of an answer, wherever it is, stops the page', async () => {
  const { demand, pins, intent } = makeScene();
  const honest = intent();
  for (let at = 0; at < honest.statement.length; at += 29) {
    const statement = honest.statement.slice();
    statement[at]! ^= 1;
    await refusedWith('statement_signature', checkIntent({ ...honest, statement }, pins, demand));
  }
});

test('an answer of another key, another kind or another call stops the page', async () => {
  const { demand, pins, intent, signer, sam } = makeScene();
  const honest = intent();
  await refusedWith(
    'statement_signature',
    checkIntent({ statement: honest.statement, signature: signFixed(makeKey(), honest.statement) }, pins, demand),
  );
  await refusedWith('statement_signature', checkIntent(sam.history(signer, null, demand.pageNonce), pins, demand));
  await refusedWith('statement_nonce', checkIntent(honest, pins, { ...demand, pageNonce: nonce() }));
});

test('a renewed intent may not name another application', async () => {
  const { demand, pins, intent } = makeScene();
  const first = await checkIntent(intent(), pins, demand);
  requireSameQuestion(first, await checkIntent(intent(), pins, demand));
  assert.throws(() => requireSameQuestion(first, { ...first, shown: { ...first.shown, clientName: 'Example KK.' } }), /intent_changed/);
});
