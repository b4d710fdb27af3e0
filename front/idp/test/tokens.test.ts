// SPDX-License-Identifier: Apache-2.0
// Codes, tokens and logins: who may use them, how often, and how they end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { Browser } from './played/browser.ts';
import { Application, credentialToken, refusal, type Asked } from './played/client.ts';
import { house, SIGN_ORIGIN } from './played/house.ts';
import { logIn } from './played/page.ts';
import { Passkey } from './played/passkey.ts';
import { clientAssertion, form } from './played/raw.ts';
import { openSignerPage, type SignerPage, type Tokens } from './played/signer-page.ts';

const idOf = (token: string): string => decodeJwt(token).jti!;
const isRevoked = (token: string): boolean => readFileSync(house.revokedFile, 'utf8').split('\n').includes(`${idOf(token)} ${decodeJwt(token).exp}`);

async function freshCode(application: Application): Promise<{ readonly asked: Asked; readonly back: URL }> {
  const asked = await application.push({ scope: 'service' });
  const browser = new Browser();
  return { asked, back: await logIn(browser, await browser.go(asked.url), new Passkey()) };
}

test('of eight who redeem one code at once one succeeds, and what he got is revoked', async () => {
  const application = await Application.open('example-dpop');
  const { asked, back } = await freshCode(application);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => application.redeem(back, asked)));
  const tokens = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value.access_token);
  assert.ok(tokens.length <= 1);
  assert.match(await refusal(application.redeem(back, asked)), /^invalid_grant/);
  for (const token of tokens) assert.ok(isRevoked(token));
});

test('a code is redeemed by its client, with its verifier, its key and its address', async () => {
  const application = await Application.open('example-dpop');
  const thief = await Application.open('example-bearer', { dpop: false });
  const otherKey = await Application.open('example-dpop');
  const keyless = await Application.open('example-dpop', { dpop: false });
  const { asked, back } = await freshCode(application);
  assert.match(await refusal(thief.redeem(back, asked)), /^invalid_grant/);
  assert.match(await refusal(application.redeem(back, { ...asked, checks: { ...asked.checks, pkceCodeVerifier: 'x'.repeat(43) } })), /^invalid_grant/);
  assert.match(await refusal(keyless.redeem(back, asked)), /^invalid_/);
  const { asked: second, back: secondBack } = await freshCode(application);
  assert.match(await refusal(otherKey.redeem(secondBack, second)), /^invalid_grant/);
});

test('a proof of possession counts once', async () => {
  const page = await openSignerPage(new Passkey());
  const dpop = page.proof('GET', '/signer/v1/requests', page.tokens.access_token);
  assert.equal((await page.get('/signer/v1/requests', { dpop })).status, 200);
  assert.deepEqual(pick(await page.get('/signer/v1/requests', { dpop })), [401, 'proof_refused']);
});

const pick = ({ status, body }: { status: number; body: Readonly<Record<string, unknown>> }): unknown[] => [status, body['code']];

test('the page is known by its token with its proof, and by nothing less', async () => {
  const page = await openSignerPage(new Passkey());
  const other = await openSignerPage(new Passkey());
  const token = page.tokens.access_token;
  const path = '/signer/v1/requests';
  assert.deepEqual(pick(await page.get(path, { authorization: `Bearer ${token}` })), [401, 'token_refused']);
  assert.deepEqual(pick(await page.get(path, { dpop: '' })), [401, 'proof_refused']);
  assert.deepEqual(pick(await page.get(path, { dpop: page.proof('POST', path, token) })), [401, 'proof_refused']);
  assert.deepEqual(pick(await page.get(path, { dpop: page.proof('GET', '/signer/v1/logout', token) })), [401, 'proof_refused']);
  assert.deepEqual(pick(await page.get(path, { dpop: page.proof('GET', path, other.tokens.access_token) })), [401, 'proof_refused']);
  assert.deepEqual(pick(await page.get(path, { dpop: other.proof('GET', path, token) })), [401, 'proof_refused']);
  assert.deepEqual(pick(await page.get(path, { authorization: `DPoP ${token.slice(0, -4)}AAAA` })), [401, 'token_refused']);
  const service = (await credentialToken(await Application.open('example-dpop'), new Passkey())).access_token;
  assert.deepEqual(pick(await page.get(path, { authorization: `DPoP ${service}` })), [401, 'token_refused']);
  const bare = await fetch(`${house.issuer}${path}`, { headers: { origin: SIGN_ORIGIN } });
  assert.equal(bare.status, 401);
});

test('revoking an access token ends it, for its own client only', async () => {
  const application = await Application.open('example-dpop');
  const { access_token: token } = await credentialToken(application, new Passkey());
  assert.equal((await form('/oauth2/revoke', { token, ...clientAssertion('example-bearer') })).status, 400);
  assert.equal((await form('/oauth2/revoke', { token, client_id: 'example-dpop' })).status, 401);
  assert.equal((await form('/oauth2/revoke', { token, client_id: 'sic' })).status, 400);
  assert.equal(isRevoked(token), false);
  assert.deepEqual(await form('/oauth2/revoke', { token, token_type_hint: 'access_token', ...clientAssertion('example-dpop') }), { status: 204, body: {} });
  assert.equal(isRevoked(token), true);
});

test('revoking what is no token of ours says nothing, and both addresses do', async () => {
  for (const [path, token] of [['/oauth2/revoke', 'unknown'], ['/revoke', `e30.e30.${'A'.repeat(86)}`], ['/revoke', 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AAAA']] as const) {
    assert.equal((await form(path, { token, ...clientAssertion('example-dpop') })).status, 204, path);
  }
  const application = await Application.open('example-dpop');
  const { access_token: token } = await credentialToken(application, new Passkey());
  assert.equal((await form('/revoke', { token, ...clientAssertion('example-dpop') })).status, 204);
  assert.equal(isRevoked(token), true);
  assert.deepEqual((await form('/oauth2/revoke', clientAssertion('example-dpop'))).body['error'], 'invalid_request');
});

test('revoking the refresh token ends the access tokens that came with it', async () => {
  const page = await openSignerPage(new Passkey());
  assert.equal((await form('/oauth2/revoke', { token: page.tokens.refresh_token, client_id: 'sic' })).status, 204);
  assert.equal(isRevoked(page.tokens.access_token), true);
  assert.deepEqual(pick(await page.get('/signer/v1/requests')), [401, 'token_refused']);
});

const renew = (page: SignerPage, token: string) => page.token({ grant_type: 'refresh_token', client_id: 'sic', refresh_token: token });

test('a refresh token is used once; who uses it again ends them all', async () => {
  const page = await openSignerPage(new Passkey());
  const renewed = await renew(page, page.tokens.refresh_token);
  assert.equal(renewed.status, 200);
  assert.equal((await renew(page, page.tokens.refresh_token)).body['error'], 'invalid_grant');
  assert.equal((await renew(page, (renewed.body as unknown as Tokens).refresh_token)).body['error'], 'invalid_grant');
  assert.equal(isRevoked((renewed.body as unknown as Tokens).access_token), true);
});

test('a refresh token is worth nothing to who does not hold the key', async () => {
  const page = await openSignerPage(new Passkey());
  const thief = await openSignerPage(new Passkey());
  assert.equal((await renew(thief, page.tokens.refresh_token)).body['error'], 'invalid_grant');
});

test('a login ends after eight hours, however often it is renewed', async () => {
  const page = await openSignerPage(new Passkey());
  const { rows } = await house.database.run('ends', `select max(extract(epoch from expires_at - now()))::int as left from oidc where model in ('Session', 'RefreshToken')`, []);
  assert.ok(Number(rows[0]!['left']) <= 8 * 3600);
  house.clockAheadSeconds = 4 * 3600;
  try {
    const renewed = await renew(page, page.tokens.refresh_token);
    assert.equal(renewed.status, 200);
    const later = await house.database.run('ends_later', `select min(extract(epoch from expires_at - now()))::int as left from oidc where model = 'RefreshToken' and consumed_at is null`, []);
    assert.ok(Number(later.rows[0]!['left']) <= 4 * 3600);
  } finally {
    house.clockAheadSeconds = 0;
  }
});

test('signing out ends the browser\'s login and everything the page holds', async () => {
  const passkey = new Passkey();
  const page = await openSignerPage(passkey);
  const second = await openSignerPage(passkey, page.browser);
  const elsewhere = await openSignerPage(passkey);
  assert.equal((await page.post('/signer/v1/logout', {})).status, 200);
  assert.deepEqual([isRevoked(page.tokens.access_token), isRevoked(second.tokens.access_token), isRevoked(elsewhere.tokens.access_token)], [true, true, false]);
  assert.deepEqual(pick(await page.get('/signer/v1/requests')), [401, 'token_refused']);
  assert.equal((await renew(page, page.tokens.refresh_token)).body['error'], 'invalid_grant');
  assert.equal((await elsewhere.get('/signer/v1/requests')).status, 200);
  const sic = await Application.open('sic', { callback: `${SIGN_ORIGIN}/callback` });
  assert.equal((await page.browser.go((await sic.ask({ scope: 'signer' })).url)).pathname, '/login');
});

test('codes and refresh tokens end with their login', async () => {
  const page = await openSignerPage(new Passkey());
  const application = await Application.open('example-dpop');
  const { asked, back } = await freshCode(application);
  await house.database.run('end_logins', `delete from oidc where model = 'Session'`, []);
  assert.equal((await renew(page, page.tokens.refresh_token)).body['error'], 'invalid_grant');
  assert.match(await refusal(application.redeem(back, asked)), /^invalid_grant/);
});

test('a copy of the database redeems nothing', async () => {
  const page = await openSignerPage(new Passkey());
  const { rows } = await house.database.run('dump', 'select encode(id, \'escape\') || payload::text as row from oidc union all select hash::text from page_code', []);
  const dump = rows.map((row) => String(row['row'])).join('\n');
  assert.ok(dump.length > 1000);
  const cookies = [...page.browser.cookies].filter(([name]) => name.startsWith('_session ')).map(([, { value }]) => value);
  assert.equal(cookies.length, 1);
  for (const secret of [page.tokens.refresh_token, ...cookies]) assert.equal(dump.includes(secret), false);
});

test('the log says nothing that could be used or read', async () => {
  const page = await openSignerPage(new Passkey());
  await page.get('/signer/v1/requests');
  const log = house.logLines.join('');
  for (const secret of [page.tokens.access_token, page.tokens.refresh_token, 'contract 1.pdf', decodeJwt(page.tokens.access_token).sub!]) assert.equal(log.includes(secret), false);
  assert.match(log, /"route":"\/oauth2\/token"/);
});
