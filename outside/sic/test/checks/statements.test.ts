// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengePreimage, loginChallengePreimage } from '@sigillo/doors/sap';
import { checkIntent } from '../../src/checks/intent.ts';
import { checkLogin, loginChallenge } from '../../src/checks/login.ts';
import { approvalHashes, type Approval, checkOutcome, checkReceipt } from '../../src/checks/receipt.ts';
import { hash } from '../played/key.ts';
import { makeScene, nonce, refusedWith, type Scene } from '../played/scene.ts';

async function approve(scene: Scene): Promise<Approval> {
  const { body, items, challenge } = await checkIntent(scene.intent(), scene.pins, scene.demand);
  const { ticket } = scene.demand;
  return {
    ticketId: ticket.id, challenge, signerId: ticket.signerId, keyId: ticket.keyId, clientId: ticket.clientId, clientKeyThumbprint: ticket.clientKeyThumbprint,
    ...(await approvalHashes(body, items)), pageNonce: nonce(),
  };
}

test('an honest receipt is accepted', async () => {
  const scene = makeScene();
  const approval = await approve(scene);
  const receipt = await checkReceipt(scene.sam.authorise(approval.challenge, approval.pageNonce), scene.pins, approval);
  assert.equal(receipt.ticketId, scene.demand.ticket.id);
});

const BENT: Readonly<Record<string, readonly [string, string, unknown]>> = {
  'another ticket': ['receipt_field_5', 'ticketId', 'other'],
  'another signer': ['receipt_field_7', 'signerId', new Uint8Array(16)],
  'another key': ['receipt_field_8', 'keyId', new Uint8Array(16)],
  'another application': ['receipt_field_9', 'clientId', 'sca'],
  'another key of the application': ['receipt_field_10', 'clientKeyThumbprint', new Uint8Array(32)],
  'other algorithms': ['receipt_field_11', 'algorithmsHash', new Uint8Array(32)],
  'another list': ['receipt_field_12', 'listHash', new Uint8Array(32)],
  'another deployment': ['statement_deployment', 'deploymentId', new Uint8Array(16)],
  'another call': ['statement_nonce', 'pageNonce', new Uint8Array(32)],
};
for (const [name, [code, field, value]] of Object.entries(BENT)) {
  test(`a receipt for ${name}: ${code}`, async () => {
    const scene = makeScene();
    const approval = await approve(scene);
    scene.sam.bend = (_type, statement) => ({ ...statement, [field]: value });
    await refusedWith(code, checkReceipt(scene.sam.authorise(approval.challenge, approval.pageNonce), scene.pins, approval));
  });
}

test('an outcome about something else is no answer', async () => {
  const { sam, pins } = makeScene();
  const pageNonce = nonce();
  const answer = sam.outcome(new Uint8Array(32).fill(1), pageNonce);
  assert.equal((await checkOutcome(answer, pins, { about: 'sign', subject: new Uint8Array(32).fill(1), pageNonce })).state, 'unknown');
  await refusedWith('statement_subject', checkOutcome(answer, pins, { about: 'sign', subject: new Uint8Array(32).fill(2), pageNonce }));
  await refusedWith('statement_subject', checkOutcome(answer, pins, { about: 'freeze', subject: new Uint8Array(32).fill(1), pageNonce }));
});

test('a login challenge is made of the pinned issuer under its own tag; a crafted nonce yields no signing challenge', async () => {
  const scene = makeScene();
  assert.deepEqual(await loginChallenge(scene.pins, scene.pins.issuer, 'n'), hash(loginChallengePreimage(scene.pins.issuer, 'n')));
  await refusedWith('login_issuer', loginChallenge(scene.pins, 'http://localhost:9999', 'n'));
  const { encodedBody } = await checkIntent(scene.intent(), scene.pins, scene.demand);
  const signing = hash(challengePreimage('sign', encodedBody));
  assert.notDeepEqual(await loginChallenge(scene.pins, scene.pins.issuer, Buffer.from(signing).toString('latin1')), signing);
});

test('a login statement must be about the passkey that answered', async () => {
  const { sam, pins, signer } = makeScene();
  const pageNonce = nonce();
  const answer = sam.login(signer.credentialId, pageNonce);
  const demand = { credentialId: signer.credentialId, userHandle: signer.signerId, pageNonce };
  assert.deepEqual(Buffer.from((await checkLogin(answer, pins, demand)).signerId), Buffer.from(signer.signerId));
  await refusedWith('statement_credential', checkLogin(answer, pins, { ...demand, credentialId: new Uint8Array(16) }));
  await refusedWith('statement_signer', checkLogin(answer, pins, { ...demand, userHandle: new Uint8Array(16) }));
});
