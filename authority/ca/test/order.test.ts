// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { encodeName } from '@sigillo/standards/x509';
import { proveOrder } from '../src/order.ts';
import { newCast, request, signedOrder, SUBJECT, type Bends } from './played.ts';

const NOW = 1_795_000_000;
const cast = newCast();
const other = newCast();

test('an order in order is proven', () => {
  const signed = signedOrder(cast, NOW);
  const proven = proveOrder(cast.pins, signed, NOW + 5);
  assert.deepEqual(Buffer.from(proven.request.subject.encoded), Buffer.from(SUBJECT));
});

const weakKey = generateKeyPairSync('rsa', { modulusLength: 1024 });
const bent: readonly (readonly [string, Bends, string])[] = [
  ['signed by somebody who is not the SAM', { samKey: other.samKey }, 'order_signature'],
  ['of another deployment', { order: { deploymentId: randomBytes(16) } }, 'order_other_deployment'],
  ['of another SAM', { order: { samId: randomBytes(16) } }, 'order_other_deployment'],
  ['whose enrolment is of another deployment', { enrolment: { deploymentId: randomBytes(16) } }, 'order_other_deployment'],
  ['that is old', { order: { issued: NOW - 3700 } }, 'order_stale'],
  ['from the future', { order: { issued: NOW + 3700 } }, 'order_stale'],
  ['whose confirmation is of another enrolment', { confirmation: { enrolmentHash: randomBytes(32) } }, 'order_parts_differ'],
  ['whose confirmation names another passkey', { confirmation: { coseKeyHash: randomBytes(32) } }, 'order_parts_differ'],
  ['whose confirmation names another credential', { confirmation: { credentialId: randomBytes(32) } }, 'order_parts_differ'],
  ['proposed by a privileged user', { proposer: cast.first }, 'order_proposal'],
  ['proposed by nobody known', { proposer: other.registrar }, 'order_proposal'],
  ['approved by one alone', { approvers: [cast.first] }, 'order_approvals_too_few'],
  ['approved twice by one', { approvers: [cast.first, cast.first] }, 'order_approval'],
  ['approved by the registration officer', { approvers: [cast.first, cast.registrar] }, 'order_approval'],
  ['approved by a stranger', { approvers: [cast.first, other.first] }, 'order_approval'],
  ['approved for another confirmation', { approvedBody: randomBytes(200) }, 'order_proposal'],
  ['approved too late', { confirmation: { approvalsUntil: NOW - 1 } }, 'order_approvals_expired'],
  ['for another name than was approved', { subjectOfRequest: encodeName([{ type: 'commonName', value: 'Mallory' }]) }, 'order_subject'],
  ['whose request is signed by another key', { order: { certificationRequest: request({ privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey }, SUBJECT) } }, 'order_request'],
  ['for a key that the policy does not allow', { order: { certificationRequest: weakRequest() } }, 'order_request'],
];
for (const [what, bends, code] of bent) {
  test(`an order ${what} is refused`, () => {
    assert.throws(() => proveOrder(cast.pins, signedOrder(cast, NOW, bends), NOW), { code });
  });
}

test('two persons with one authenticator, and one person with two names, are refused', () => {
  const officers = new Map(cast.pins.officers);
  const [, first, second] = [...officers.entries()];
  const samePerson = new Map(officers).set(second![0] === first![0] ? '' : [...officers.keys()][2]!, { ...[...officers.values()][2]!, personId: first![1].personId });
  assert.throws(() => proveOrder({ ...cast.pins, officers: samePerson }, signedOrder(cast, NOW), NOW), { code: 'order_approval' });
});

test('a changed byte anywhere in the statement is refused', () => {
  const signed = signedOrder(cast, NOW);
  for (let at = 0; at < signed.statement.length; at += 13) {
    const statement = Uint8Array.from(signed.statement);
    statement[at]! ^= 1;
    assert.throws(() => proveOrder(cast.pins, { ...signed, statement }, NOW), { code: 'order_signature' });
  }
});

/** A request for a key of 1024 bits; written by hand, since the house's own writer refuses such keys. */
function weakRequest(): Uint8Array {
  return request({ privateKey: weakKey.privateKey, publicKey: weakKey.publicKey }, SUBJECT);
}
