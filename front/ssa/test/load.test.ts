// SPDX-License-Identifier: Apache-2.0
// Limits: too many requests from one place, too many calls at once, a SAM that is slow, sealed or gone; and orders that must reach the CA all the same.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { orderStatement, revocationStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { credentialClaims, type House, openHouse } from './played/house.ts';

let house: House;
before(async () => {
  house = await openHouse({ burst: 5, perMinute: 60, callsMax: 4 });
});
after(() => house.close());

const LOGIN = '/signer/v1/login';
const login = { credentialId: randomBytes(32).toString('base64url'), pageNonce: randomBytes(32).toString('base64url') };

test('one address gets so many requests without a token to one route, then 429 with the time to wait', async () => {
  const answers = [];
  for (let i = 0; i < 7; i++) answers.push(await house.post(LOGIN, login));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 429, 429]);
  assert.equal(answers[6]!.headers['retry-after'], '1');
  assert.equal(answers[6]!.json['code'], 'rate_limited');
  assert.equal((await house.post('/csc/v2/info', {})).status, 200, 'another route has its own');
});

test('the csc door tells the same in its words', async () => {
  let last = await house.post('/csc/v2/info', {});
  for (let i = 0; i < 6 && last.status === 200; i++) last = await house.post('/csc/v2/info', {});
  assert.deepEqual([last.status, last.json['error']], [429, 'temporarily_unavailable']);
});

test('more calls at once than the SAM gets are sent away at once, and those who are in get their answer', async () => {
  let open = (): void => undefined;
  house.sam.waits.set('execute', new Promise((resolve) => (open = resolve)));
  const path = '/csc/v2/signatures/signHash';
  const call = (): ReturnType<House['post']> => {
    const token = house.maced(credentialClaims(house));
    const body = { credentialID: house.sam.credentialId, hashes: [randomBytes(32).toString('base64')], signAlgo: '1.2.840.10045.4.3.2' };
    return house.post(path, body, house.dpop(path, token));
  };
  const first = Array.from({ length: 4 }, call);
  const executing = (): number => house.sam.asked.filter(({ message }) => message === 'execute').length;
  for (let waited = 0; executing() < 4 && waited < 2000; waited += 5) await sleep(5);
  const late = [call(), call()];
  const sent = await Promise.race([Promise.all(late), sleep(2000).then(() => [])]);
  assert.equal(sent.length, 2);
  for (const { status, headers, json } of sent) assert.deepEqual([status, headers['retry-after'], json['error']], [503, '1', 'temporarily_unavailable']);
  assert.equal((await freeze(house)).status, 200, 'freezing a key waits for nobody');
  open();
  house.sam.waits.clear();
  for (const { status } of await Promise.all(first)) assert.equal(status, 200);
  assert.equal((await call()).status, 200);
});

test('a door that is full sends away what wants a signature, unread, and still freezes', async () => {
  const small = await openHouse({ requestsMax: 2 });
  try {
    let open = (): void => undefined;
    small.sam.waits.set('execute', new Promise((resolve) => (open = resolve)));
    const path = '/csc/v2/signatures/signHash';
    const body = { credentialID: small.sam.credentialId, hashes: [randomBytes(32).toString('base64')], signAlgo: '1.2.840.10045.4.3.2' };
    const first = Array.from({ length: 2 }, () => small.post(path, body, small.dpop(path, small.maced(credentialClaims(small)))));
    while (small.sam.asked.length < 2) await sleep(5);
    const { status, headers, json } = await small.post(path, 'neither a token nor JSON');
    assert.deepEqual([status, headers['retry-after'], json['error']], [503, '1', 'temporarily_unavailable']);
    assert.equal((await freeze(small)).status, 200);
    open();
    for (const { status } of await Promise.all(first)) assert.equal(status, 200);
  } finally {
    await small.close();
  }
});

function freeze(at: House): ReturnType<House['post']> {
  const path = '/signer/v1/freeze';
  return at.post(path, { keyId: randomBytes(16).toString('base64url'), pageNonce: randomBytes(32).toString('base64url') }, at.dpop(path, at.signed()));
}

test('readiness follows the SAM', async () => {
  assert.equal((await house.send('GET', '/readyz', undefined)).status, 200);
  house.sam.serving = false;
  await sleep(1050);
  const { status, json } = await house.send('GET', '/readyz', undefined);
  assert.deepEqual([status, json['code']], [503, 'sam_sealed']);
  house.sam.serving = true;
});

test('an approval is followed by the order\'s way to the CA and the certificate\'s way back', async () => {
  const orderId = randomBytes(16);
  const assertion = { credentialId: randomBytes(32), authenticatorData: randomBytes(37), clientDataJson: randomBytes(80), signature: randomBytes(70), userHandle: null };
  const approval = { officerId: randomBytes(16), assertion };
  const statement = encode(orderStatement, {
    version: 1, operation: 'order', deploymentId: randomBytes(16), samId: randomBytes(16), orderId, enrolment: randomBytes(10), confirmation: randomBytes(10),
    coseKey: randomBytes(77), confirmationAssertion: assertion, proposal: approval, approvals: [approval, approval], certificationRequest: randomBytes(200), issued: 1,
  });
  const malformed = { statement: new Uint8Array([0xff]), signature: randomBytes(64) };
  house.sam.orders = [malformed, { statement, signature: randomBytes(64) }];
  const path = '/officer/v1/approve';
  const token = house.maced({ aud: 'http://127.0.0.1:8402/officer/v1', client_id: 'officers', sub: undefined, scope: 'officer' });
  const json = Object.fromEntries(Object.entries(assertion).map(([name, value]) => [name, value === null ? null : value.toString('base64url')]));
  const body = { enrolmentHash: randomBytes(32).toString('base64url'), approval: { officerId: approval.officerId.toString('base64url'), assertion: json } };
  assert.equal((await house.post(path, body, house.dpop(path, token))).status, 200);
  const deadline = performance.now() + 1000;
  while (house.sam.orders.length > 0 && performance.now() < deadline) await sleep(10);
  assert.deepEqual(house.sam.orders, [], 'a malformed order held up no other');
  assert.deepEqual(Buffer.from(house.ordersAtCa[0]!.order.statement), Buffer.from(statement));
  const installed = house.sam.asked.find(({ message }) => message === 'installCertificate')!.request as { orderId: Uint8Array; chain: readonly Uint8Array[] };
  assert.deepEqual([Buffer.from(installed.orderId), installed.chain.length], [orderId, 1]);
});

test('a stop is followed by the revocation\'s way to the CA and the answer\'s way back, also where the SAM tells of no orders', async () => {
  const orderId = randomBytes(16);
  const assertion = { credentialId: randomBytes(32), authenticatorData: randomBytes(37), clientDataJson: randomBytes(80), signature: randomBytes(70), userHandle: null };
  const approval = { officerId: randomBytes(16), assertion };
  const statement = encode(revocationStatement, {
    version: 1, operation: 'revocation', deploymentId: randomBytes(16), samId: randomBytes(16), orderId, keyId: randomBytes(16), certificateHash: randomBytes(32), command: randomBytes(10),
    approvals: [approval], revokedAt: 1, issued: 1,
  });
  house.sam.revocations = [{ statement, signature: randomBytes(64) }];
  house.sam.refusals.set('orders', 'database_unavailable');
  const path = '/officer/v1/stop';
  const token = house.maced({ aud: 'http://127.0.0.1:8402/officer/v1', client_id: 'officers', sub: undefined, scope: 'officer' });
  const body = { body: randomBytes(10).toString('base64url'), approvals: [], pageNonce: randomBytes(32).toString('base64url') };
  assert.equal((await house.post(path, body, house.dpop(path, token))).status, 200);
  const deadline = performance.now() + 1000;
  while (house.sam.revocations.length > 0 && performance.now() < deadline) await sleep(10);
  house.sam.refusals.clear();
  assert.deepEqual(house.sam.revocations, []);
  assert.deepEqual(Buffer.from(house.revocationsAtCa[0]!.revocation.statement), Buffer.from(statement));
  const told = house.sam.asked.find(({ message }) => message === 'certificateRevoked')!.request as { orderId: Uint8Array; response: Uint8Array };
  assert.deepEqual([Buffer.from(told.orderId), [...told.response]], [orderId, [7]]);
});

test('when the SAM is gone, nobody waits for ever: 503 with Retry-After, then work again when it is back', async () => {
  const lonely = await openHouse({ callsMax: 2, samDeadlineMs: 300 });
  try {
    await lonely.sam.close();
    const path = '/csc/v2/credentials/list';
    const ask = (): ReturnType<House['post']> => {
      const token = lonely.maced();
      return lonely.post(path, {}, lonely.dpop(path, token));
    };
    const answers = await Promise.all([ask(), ask(), ask()]);
    for (const { status, headers } of answers) assert.deepEqual([status, headers['retry-after']], [503, '1']);
    const { status, json } = await lonely.send('GET', '/readyz', undefined);
    assert.deepEqual([status, json['code']], [503, 'sam_not_reached']);
  } finally {
    await lonely.close();
  }
});
