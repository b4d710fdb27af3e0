// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialClaims, type House, ISSUER, newClient, openHouse, SSA_URL } from '../played/house.ts';

const LIST = '/csc/v2/credentials/list';
const HISTORY = '/signer/v1/history';
const historyBody = { before: null, pageNonce: randomBytes(32).toString('base64url') };

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

const list = async (token: string, headers = house.dpop(LIST, token)): Promise<readonly [number, unknown]> => {
  const { status, json } = await house.post(LIST, {}, headers);
  return [status, json['error']];
};
const history = async (token: string, headers = house.dpop(HISTORY, token)): Promise<readonly [number, unknown]> => {
  const { status, json } = await house.post(HISTORY, historyBody, headers);
  return [status, json['code']];
};

test('a good token opens the door for which it was made', async () => {
  assert.deepEqual(await list(house.maced()), [200, undefined]);
  assert.deepEqual(await history(house.signed()), [200, undefined]);
});

const badClaims: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['of another issuer', { iss: 'http://localhost:9999' }, 'invalid_token'],
  ['for another audience', { aud: `${SSA_URL}/officer/v1` }, 'invalid_token'],
  ['for pages', { aud: 'urn:sigillo:signer' }, 'invalid_token'],
  ['that expired', { exp: 1_799_999_999 }, 'expired_token'],
  ['that begins later', { nbf: 1_800_000_600 }, 'invalid_token'],
  ['of an unknown client', { client_id: 'nobody' }, 'invalid_token'],
  ['of a client of another kind', { client_id: 'sic' }, 'invalid_token'],
  ['of a DPoP client without a key', { cnf: undefined }, 'invalid_token'],
  ['without an id', { jti: undefined }, 'invalid_token'],
  ['without a scope', { scope: undefined }, 'invalid_scope'],
  ['with both scopes', { scope: 'service credential' }, 'invalid_scope'],
  ['of scope credential without a handle', { scope: 'credential', credentialID: 'a' }, 'invalid_token'],
  ['of scope credential with a short handle', { scope: 'credential', credentialID: 'a', handle: 'AAAA' }, 'invalid_token'],
];
for (const [what, claims, error] of badClaims) {
  test(`refuses a token ${what}; and the next good one works`, async () => {
    const token = house.maced(claims);
    assert.deepEqual(await list(token), [error === 'invalid_scope' ? 403 : 401, error]);
    assert.deepEqual(await list(house.maced()), [200, undefined]);
  });
}

test('refuses tokens under another key, another algorithm, another type', async () => {
  assert.deepEqual(await list(house.maced({}, {}, randomBytes(32))), [401, 'invalid_token']);
  assert.deepEqual(await list(house.maced({}, { alg: 'HS512' })), [401, 'invalid_token']);
  assert.deepEqual(await list(house.maced({}, { typ: 'sigillo-ticket+jwt' })), [401, 'invalid_token']);
  assert.deepEqual(await list(house.signed({ aud: `${SSA_URL}/csc/v2`, client_id: 'app', scope: 'service' })), [401, 'invalid_token'], 'signed where MACed is expected');
  const input = [{ typ: 'at+jwt', alg: 'none' }, { iss: ISSUER }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  assert.deepEqual(await list(`${input}.AA`), [401, 'invalid_token']);
  assert.deepEqual(await list('not.a.token'), [401, 'invalid_token']);
});

test('a page\'s token is signed by the IdP: one MACed under a key made of the public key is none', async () => {
  const { x, y } = newClient().key.publicKey.export({ format: 'jwk' });
  const input = [{ typ: 'at+jwt', alg: 'HS256', kid: 'idp' }, { iss: ISSUER, aud: 'urn:sigillo:signer' }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const forged = `${input}.${createHmac('sha256', `${String(x)}${String(y)}`).update(input).digest('base64url')}`;
  assert.deepEqual(await history(forged), [401, 'token_malformed']);
  assert.deepEqual(await history(house.maced({ aud: 'urn:sigillo:signer', client_id: 'sic', scope: 'signer' })), [401, 'token_malformed']);
  assert.deepEqual(await history(house.signed({ aud: 'urn:sigillo:sam' })), [401, 'token_audience']);
  assert.deepEqual(await history(house.signed({ scope: 'service' })), [403, 'token_scope']);
  assert.deepEqual(await history(house.signed({ sub: 'not-a-signer' })), [401, 'token_malformed']);
});

test('the header: none, twice, another scheme, nothing in it', async () => {
  const token = house.maced();
  for (const headers of [{}, { authorization: 'Basic abc' }, { authorization: 'Bearer' }, { authorization: token }]) {
    const { status, json } = await house.post(LIST, {}, headers);
    assert.deepEqual([status, json], [400, { error: 'invalid_request', error_description: 'Malformed authorization header' }]);
  }
  const twice = await house.post(LIST, {}, { ...house.dpop(LIST, token), authorization: [`DPoP ${token}`, `DPoP ${token}`] });
  assert.equal(twice.status, 400);
  const own = await house.post(HISTORY, historyBody, {});
  assert.deepEqual([own.status, own.json['code']], [401, 'authorization_missing']);
  assert.match(String(own.headers['www-authenticate']), /^DPoP algs="ES256"/);
});

test('a stolen token does not work as a bearer token, nor under another key, nor with a proof of something else', async () => {
  const token = house.maced();
  assert.deepEqual(await list(token, house.bearer(token)), [401, 'invalid_token']);
  assert.deepEqual(await list(token, house.dpop(LIST, token, {}, newClient())), [401, 'invalid_dpop_proof']);
  assert.deepEqual(await list(token, house.dpop('/csc/v2/credentials/info', token)), [401, 'invalid_dpop_proof']);
  assert.deepEqual(await list(token, house.dpop(LIST, house.maced())['dpop'] === undefined ? {} : { ...house.dpop(LIST, house.maced()), authorization: `DPoP ${token}` }), [401, 'invalid_dpop_proof']);
  assert.deepEqual(await list(token, house.dpop(LIST, token, { iat: house.now - 100 })), [401, 'invalid_dpop_proof']);
  assert.deepEqual(await list(token, { authorization: `DPoP ${token}` }), [401, 'invalid_dpop_proof']);
  const bearer = house.maced({ client_id: 'bearer-app', cnf: undefined });
  assert.deepEqual(await list(bearer, house.bearer(bearer)), [200, undefined]);
  assert.deepEqual(await list(bearer, house.dpop(LIST, bearer)), [401, 'invalid_token']);
});

test('the registered row decides how tokens are bound, whatever a token says', async () => {
  const unbound = house.maced({ cnf: undefined });
  assert.deepEqual(await list(unbound, house.bearer(unbound)), [401, 'invalid_token']);
  const bound = house.maced({ client_id: 'bearer-app' });
  assert.deepEqual(await list(bound), [401, 'invalid_token']);
});

test('a proof is good once', async () => {
  const token = house.maced();
  const headers = house.dpop(LIST, token);
  assert.deepEqual(await list(token, headers), [200, undefined]);
  assert.deepEqual(await list(token, headers), [401, 'invalid_dpop_proof']);
});

test('a remembered token ends when it expires', async () => {
  const token = house.maced({ exp: house.now + 10 });
  assert.deepEqual(await list(token), [200, undefined]);
  house.now += 10;
  assert.deepEqual(await list(token), [401, 'expired_token']);
});

test('a remembered token ends within two seconds of its revocation', async () => {
  const jti = randomUUID();
  const token = house.maced({ jti });
  assert.deepEqual(await list(token), [200, undefined]);
  house.revoke(jti);
  const deadline = performance.now() + 2000;
  let answer = await list(token);
  while (answer[0] === 200 && performance.now() < deadline) {
    await sleep(50);
    answer = await list(token);
  }
  assert.deepEqual(answer, [401, 'invalid_token']);
  assert.deepEqual(await list(house.maced({ jti })), [401, 'invalid_token'], 'another token of that id');
  assert.deepEqual(await list(house.maced()), [200, undefined]);
});

test('a token of one use is not remembered for another', async () => {
  const token = house.maced(credentialClaims(house));
  const path = '/csc/v2/credentials/info';
  assert.equal((await house.post(path, { credentialID: house.sam.credentialId }, house.dpop(path, token))).status, 200);
  const officer = '/officer/v1/pending';
  assert.equal((await house.post(officer, {}, house.dpop(officer, token))).status, 401);
  assert.deepEqual(await list(token), [403, 'invalid_scope'], 'a credential token lists nothing');
});

test('no token, id of a signer, or body is in the log', async () => {
  const token = house.maced();
  await list(token);
  await house.post('/csc/v2/credentials/info', { credentialID: 'secret-words' }, house.dpop('/csc/v2/credentials/info', token));
  const said = house.log.join('');
  for (const word of [token, token.split('.')[1]!, house.sam.signerId, house.sam.credentialId, 'secret-words']) assert.ok(!said.includes(word));
  assert.match(said, /"route":"\/csc\/v2\/credentials\/info"/);
});
