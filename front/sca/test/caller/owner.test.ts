// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type House, newHolder, openHouse } from '../played/house.ts';

const PATH = `/documents/${'A'.repeat(43)}`;
let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

async function refusal(headers: Record<string, string>): Promise<readonly [number, unknown]> {
  const { status, json, headers: answered } = await house.send('GET', PATH, { headers });
  if (status === 401 || status === 403) assert.match(String(answered['www-authenticate']), /^DPoP/);
  return [status, json['code']];
}

test('a good token and proof pass', async () => {
  assert.deepEqual(await refusal(house.authorised('GET', PATH)), [404, 'document_unknown']);
});

test('whatever is wrong with the token is refused', async (t) => {
  const stranger = newHolder('b0'.repeat(16));
  for (const [code, status, token] of [
    ['token_malformed', 401, house.token({}, {}, stranger.privateKey)],
    ['token_malformed', 401, house.token({}, { alg: 'none' })],
    ['token_malformed', 401, house.token({ client_id: 'app' })],
    ['token_malformed', 401, house.token({ sub: 'x' })],
    ['token_type', 401, house.token({}, { typ: 'sigillo-ticket+jwt' })],
    ['token_issuer', 401, house.token({ iss: 'http://127.0.0.1:1' })],
    ['token_audience', 401, house.token({ aud: 'http://127.0.0.1:8402/csc/v2' })],
    ['token_audience', 401, house.token({ aud: ['urn:sigillo:signer', 'urn:sigillo:sam'] })],
    ['token_expired', 401, house.token({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['token_binding', 401, house.token({ cnf: undefined })],
    ['token_scope', 403, house.token({ scope: 'service' })],
    ['token_malformed', 401, 'abc'],
  ] as const) {
    await t.test(code, async () => assert.deepEqual(await refusal(house.authorised('GET', PATH, { token })), [status, code]));
  }
});

test('whatever is wrong with the proof is refused', async (t) => {
  const good = house.authorised('GET', PATH);
  const token = house.token();
  const now = Math.floor(Date.now() / 1000);
  await t.test('no token', async () => assert.deepEqual(await refusal({}), [401, 'authorization_missing']));
  await t.test('as bearer', async () => assert.deepEqual(await refusal({ authorization: good['authorization']!.replace('DPoP', 'Bearer') }), [401, 'token_binding']));
  await t.test('no proof', async () => assert.deepEqual(await refusal({ authorization: good['authorization']! }), [401, 'dpop_missing']));
  for (const [code, proof] of [
    ['dpop_method', { htm: 'POST' }],
    ['dpop_url', { htu: 'http://127.0.0.1:8402/documents' }],
    ['dpop_time', { iat: now - 120 }],
    ['dpop_token_hash', { ath: 'x' }],
  ] as const) {
    await t.test(code, async () => assert.deepEqual(await refusal(house.authorised('GET', PATH, { token, proof })), [401, code]));
  }
  await t.test('another key', async () => assert.deepEqual(await refusal(house.authorised('GET', PATH, { token, holder: newHolder('b0'.repeat(16)) })), [401, 'dpop_key']));
  await t.test('twice', async () => {
    assert.equal((await refusal(good))[0], 404);
    assert.deepEqual(await refusal(good), [401, 'dpop_replayed']);
  });
});
