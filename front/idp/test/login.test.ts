// SPDX-License-Identifier: Apache-2.0
// Who tries to log in as someone, and does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengePreimage, loginStatement, receiptStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { toBase64url } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';
import { Browser, fromFragment } from './played/browser.ts';
import { Application, toApproval } from './played/client.ts';
import { house, SIGN_ORIGIN } from './played/house.ts';
import { beginLogin, finishLogin, logIn, loginChallenge, post, type LoginBegun } from './played/page.ts';
import { Passkey } from './played/passkey.ts';
import { PlayedSam, type TicketClaims } from './played/sam.ts';

async function loginScreen(browser: Browser = new Browser()): Promise<URL> {
  const application = await Application.open('example-dpop');
  return browser.go((await application.push({ scope: 'service' })).url);
}

const now = (): number => Math.floor(Date.now() / 1000);

const SOME_TICKET: TicketClaims = {
  iss: '',
  aud: [],
  sub: 'ab'.repeat(16),
  client_id: 'x',
  jti: 'x',
  iat: 0,
  exp: 0,
  details: { credentialID: 'cd'.repeat(16), hashes: [], hashAlgorithmOID: '', labels: [] },
};

const forgeries: readonly (readonly [string, string, (passkey: Passkey, begun: LoginBegun) => object])[] = [
  ['a statement signed by another SAM', 'statement_signature', (passkey) => new PlayedSam().login(passkey)],
  ['a statement with one byte changed', 'statement_signature', (passkey) => ({ statement: house.sam.login(passkey).statement.replace(/^(.{40})./, '$1_') })],
  ['a login body that the SAM signed as a receipt', 'statement_signature', (passkey) => house.sam.sign('receipt', encode(loginStatement, house.sam.loginStatement(passkey)))],
  [
    'a receipt body that the SAM signed as a login',
    'statement_malformed',
    () => house.sam.sign('login', encode(receiptStatement, house.sam.receiptStatement(SOME_TICKET))),
  ],
  ['a statement that is no base64url', 'statement_malformed', () => ({ statement: 'A' })],
  ['a statement of another deployment', 'statement_other_deployment', (passkey) => house.sam.login(passkey, { deploymentId: random(16) })],
  ['a statement of another SAM of the deployment', 'statement_other_deployment', (passkey) => house.sam.login(passkey, { samId: random(16) })],
  ['a statement that ran out', 'statement_expired', (passkey) => house.sam.login(passkey, { notBefore: now() - 600, expires: now() - 1 })],
  ['a statement from the future', 'statement_expired', (passkey) => house.sam.login(passkey, { notBefore: now() + 60, expires: now() + 600 })],
  ['a statement for two hours', 'statement_expired', (passkey) => house.sam.login(passkey, { expires: now() + 7200 })],
  ['a statement about another passkey', 'login_other_passkey', () => house.sam.login(new Passkey())],
  ['a statement that gives the passkey another key', 'assertion_refused', (passkey) => house.sam.login(passkey, { coseKey: new Passkey().coseKey })],
  ['a statement that gives the passkey to another signer', 'assertion_refused', (passkey) => house.sam.login(passkey, { signerId: random(16) })],
  ['an answer to another nonce', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge({ ...begun, nonce: toBase64url(random(32)) })) })],
  ['an answer made for another issuer', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge({ ...begun, issuer: 'http://localhost:1' })) })],
  ['an approval of an intent', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(sha256(challengePreimage('sign', Buffer.from(begun.nonce)))) })],
  ['an answer on another origin', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge(begun), { origin: 'http://sign.localhost:8401' }) })],
  ['an answer for another RP', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge(begun), { rpId: 'officer.localhost' }) })],
  ['an answer without user verification', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge(begun), { flags: 0x01 }) })],
  ['an answer of a registration', 'assertion_refused', (passkey, begun) => ({ assertion: passkey.answer(loginChallenge(begun), { type: 'webauthn.create' }) })],
  ['an answer whose signature is another', 'assertion_refused', (passkey, begun) => ({ assertion: { ...passkey.answer(loginChallenge(begun)), signature: passkey.answer(random(32)).signature } })],
];

for (const [name, code, forge] of forgeries) {
  test(`${name} logs nobody in (${code})`, async () => {
    const passkey = new Passkey();
    const begun = await beginLogin(await loginScreen());
    const refused = await finishLogin(begun, passkey, { ...forge(passkey, begun) });
    assert.deepEqual([refused.status, refused.body['code']], [400, code]);
    const again = await finishLogin(begun, passkey);
    assert.equal(again.body['code'], 'login_unknown', 'the attempt is spent');
  });
}

test('a nonce chosen to look like the challenge of an intent gives an answer that approves nothing', async () => {
  const body = random(200);
  const approval = sha256(challengePreimage('sign', body));
  const crafted = loginChallenge({ session: '', issuer: house.issuer, nonce: toBase64url(approval), clientName: '' });
  assert.notDeepEqual(crafted, approval);
});

test('a login in one browser cannot be continued in another, and the code is not burnt by trying', async () => {
  const [victim, thief] = [new Browser(), new Browser()];
  const { body } = await finishLogin(await beginLogin(await loginScreen(victim)), new Passkey());
  const next = body['next'] as string;
  assert.equal((await thief.go(next)).href, `${SIGN_ORIGIN}/error#code=interaction_unknown`);
  assert.equal(thief.cookies.size, 0);
  assert.equal((await victim.go(next)).pathname, '/callback');
});

test('a thief who sends his own login link to a victim gets no session of the victim', async () => {
  const thief = new Browser();
  const begun = await beginLogin(await loginScreen(thief));
  const { body } = await finishLogin(begun, new Passkey());
  const victim = new Browser();
  assert.equal((await victim.go(body['next'] as string)).hash, '#code=interaction_unknown');
  const uid = new URL(body['next'] as string).pathname.split('/')[2]!;
  assert.equal((await thief.go(`${house.issuer}/interaction/${uid}/login?done=${'A'.repeat(43)}`)).hash, '#code=code_unknown');
});

test('the code of another login does not serve this one', async () => {
  const [a, b] = [new Browser(), new Browser()];
  const first = await finishLogin(await beginLogin(await loginScreen(a)), new Passkey());
  const second = await finishLogin(await beginLogin(await loginScreen(b)), new Passkey());
  const swapped = new URL(first.body['next'] as string);
  swapped.search = new URL(second.body['next'] as string).search;
  assert.equal((await a.go(swapped)).hash, '#code=code_unknown');
});

test('codes are good once, also for several who come at the same time', async () => {
  const browser = new Browser();
  const code = fromFragment(await loginScreen(browser), 'code');
  const begins = await Promise.all(Array.from({ length: 6 }, () => post('/signer/v1/login/begin', { code })));
  assert.equal(begins.filter(({ status }) => status === 200).length, 1);
  const begun = begins.find(({ status }) => status === 200)!.body as unknown as LoginBegun;
  const passkey = new Passkey();
  const finishes = await Promise.all(Array.from({ length: 6 }, () => finishLogin(begun, passkey)));
  assert.equal(finishes.filter(({ status }) => status === 200).length, 1);
  const next = finishes.find(({ status }) => status === 200)!.body['next'] as string;
  assert.equal((await browser.go(next)).pathname, '/callback');
  assert.match((await browser.go(next)).hash, /code_unknown|interaction_unknown/);
});

test('codes run out', async () => {
  const begun = await beginLogin(await loginScreen());
  const code = fromFragment(await loginScreen(), 'code');
  await house.database.run('age_codes', `update page_code set expires_at = now() - interval '1 second'`, []);
  await house.database.run('age_logins', `update login_attempt set expires_at = now() - interval '1 second'`, []);
  assert.equal((await post('/signer/v1/login/begin', { code })).body['code'], 'code_unknown');
  assert.equal((await finishLogin(begun, new Passkey())).body['code'], 'login_unknown');
});

test('a code for one step serves no other', async () => {
  const login = fromFragment(await loginScreen(), 'code');
  assert.equal((await post('/signer/v1/approval/begin', { code: login })).body['code'], 'code_unknown');
  const application = await Application.open('example-dpop');
  const { screen } = await toApproval(application, new Passkey());
  assert.equal((await post('/signer/v1/login/begin', { code: fromFragment(screen, 'code') })).body['code'], 'code_unknown');
});

test('another signer in the same browser takes the login over', async () => {
  const [first, second, browser] = [new Passkey(), new Passkey(), new Browser()];
  assert.equal((await logIn(browser, await loginScreen(browser), first)).pathname, '/callback');
  assert.equal((await logIn(browser, await loginScreen(browser), second)).pathname, '/callback');
  const page = await Application.open('sic', { callback: `${SIGN_ORIGIN}/callback` });
  const asked = await page.ask({ scope: 'signer' });
  const tokens = await page.redeem(await browser.go(asked.url), asked);
  const { sub } = JSON.parse(Buffer.from(tokens.access_token.split('.')[1]!, 'base64url').toString()) as { sub: string };
  assert.equal(sub, second.subject);
});

test('the cookies of the IdP are out of the reach of pages and signed', async () => {
  const browser = new Browser();
  await loginScreen(browser);
  const names = [...browser.cookies.keys()];
  assert.ok(names.some((name) => name.startsWith('_interaction.sig ')));
  for (const { attributes } of browser.cookies.values()) assert.match(attributes, /(?=.*httponly)(?=.*samesite=lax)/i);
  for (const [key, cookie] of browser.cookies) if (key.includes('.sig ')) browser.cookies.set(key, { ...cookie, value: 'A'.repeat(27) });
  const path = [...browser.cookies.values()].find((cookie) => cookie.path.startsWith('/interaction/'))!.path;
  assert.equal((await browser.go(`${house.issuer}${path}`)).hash, '#code=interaction_unknown');
});
