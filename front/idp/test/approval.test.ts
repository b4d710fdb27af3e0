// SPDX-License-Identifier: Apache-2.0
// What ends an approval, what does not, and who may know of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceiptStatement } from '@sigillo/doors/sap';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { random } from '@sigillo/wire';
import { Browser, fromFragment } from './played/browser.ts';
import { Application, details, HASHES, refusal, SHA256, toApproval } from './played/client.ts';
import { racing } from './played/held-rows.ts';
import { house, SCA_URL, SIGN_ORIGIN } from './played/house.ts';
import { approvedUrl, beginApproval, logIn, post, type ApprovalBegun } from './played/page.ts';
import { Passkey } from './played/passkey.ts';
import { PlayedSam, type Signed } from './played/sam.ts';
import { openSignerPage } from './played/signer-page.ts';

const application = await Application.open('example-dpop');

async function waiting(passkey: Passkey = new Passkey(), parameters?: Readonly<Record<string, string>>) {
  const { asked, browser, screen } = await toApproval(application, passkey, parameters);
  return { passkey, asked, browser, screen, begun: await beginApproval(screen) };
}

const changed = (changes: (begun: ApprovalBegun) => Partial<ReceiptStatement>) => (begun: ApprovalBegun): Signed => house.sam.receipt(begun.claims, changes(begun));

const forgeries: readonly (readonly [string, string, (begun: ApprovalBegun) => Signed | Promise<Signed>])[] = [
  ['signed by another SAM', 'statement_signature', (begun) => new PlayedSam().receipt(begun.claims)],
  ['of another kind', 'statement_signature', (begun) => house.sam.login(new Passkey(fromHex(begun.claims.sub)))],
  ['of another deployment', 'statement_other_deployment', changed(() => ({ deploymentId: random(16) }))],
  ['that ran out', 'statement_expired', changed(() => ({ expires: Math.floor(Date.now() / 1000) - 1 }))],
  ['for a ticket that was never issued', 'receipt_other_ticket', changed(() => ({ ticketId: 'unknown' }))],
  ['of another signer', 'receipt_other_signer', changed(() => ({ signerId: random(16) }))],
  ['for another credential', 'receipt_other_key', changed(() => ({ keyId: random(16) }))],
  ['for another application', 'receipt_other_client', changed(() => ({ clientId: 'sca' }))],
  ['for another key of the application', 'receipt_other_client', changed(() => ({ clientKeyThumbprint: random(32) }))],
  ['for a bearer client', 'receipt_other_client', changed(() => ({ clientKeyThumbprint: new Uint8Array(32) }))],
  ['for other documents', 'receipt_other_list', changed(() => ({ listHash: random(32) }))],
  ['for the same documents in another order', 'receipt_other_list', ({ claims }) => house.sam.receipt({ ...claims, details: { ...claims.details, hashes: claims.details.hashes.toReversed() } })],
  ['for one document less', 'receipt_other_list', ({ claims }) => house.sam.receipt({ ...claims, details: { ...claims.details, hashes: [HASHES[0]] } })],
  ['of another request of the same signer', 'receipt_other_ticket', async (begun) => house.sam.receipt((await waiting(new Passkey(fromHex(begun.claims.sub)))).begun.claims)],
];

for (const [name, code, forge] of forgeries) {
  test(`a receipt ${name} ends nothing (${code})`, async () => {
    const { browser, begun, asked } = await waiting();
    assert.equal((await browser.go(approvedUrl(begun, await forge(begun)))).href, `${SIGN_ORIGIN}/error#code=${code}`);
    const back = await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)));
    assert.ok((await application.redeem(back, asked)).access_token, 'the request still waits for its own receipt');
  });
}

test('a receipt counts once, also when it comes several times at once', async () => {
  const { passkey, browser, begun, asked } = await waiting();
  const url = approvedUrl(begun, house.sam.receipt(begun.claims));
  const all = () => Promise.all(Array.from({ length: 6 }, () => browser.get(url)));
  const answers = await racing('select 1 from approval where subject = $1', [passkey.subject], 6, all);
  const onward = answers.map((answer) => new URL(answer.headers.get('location')!)).filter(({ pathname }) => pathname.startsWith('/oauth2/'));
  assert.equal(onward.length, 1);
  const back = await browser.go(onward[0]!);
  assert.match((await browser.go(url)).hash, /approval_ended|interaction_unknown/);
  assert.ok((await application.redeem(back, asked)).access_token);
});

test('one approval gives one code, however often the browser asks for it at once', async () => {
  const { browser, begun } = await waiting();
  const onward = new URL((await browser.get(approvedUrl(begun, house.sam.receipt(begun.claims)))).headers.get('location')!);
  const answers = await Promise.all(Array.from({ length: 6 }, () => browser.get(onward)));
  const codes = answers.map((answer) => new URL(answer.headers.get('location') ?? 'about:blank').searchParams.get('code')).filter((code) => code !== null);
  assert.equal(codes.length, 1);
});

test('a request that names its signer is put to nobody else', async () => {
  const [owner, other] = [new Passkey(), new Passkey()];
  const sca = await Application.open('sca', { callback: `${SCA_URL}/callback` });
  for (const asking of [sca, application]) {
    const passedOn = await asking.push({ authorization_details: details(), login_hint: owner.subject });
    const browser = new Browser();
    const screen = await logIn(browser, await browser.go(passedOn.url), other);
    assert.equal(screen.href, `${SIGN_ORIGIN}/error#code=interaction_unknown`);
    assert.equal((await browser.go(`${house.issuer}${interactionPath(browser)}`)).hash, '#code=interaction_unknown', 'nor after reloading');
    assert.equal((await browser.go(`${house.issuer}${interactionPath(browser)}/approved?statement=AA&signature=AA`)).pathname, '/error');
    assert.deepEqual((await (await openSignerPage(other)).get('/signer/v1/requests')).body, { requests: [] }, 'nor is it listed');
    assert.equal((await toApproval(asking, owner, { authorization_details: details(), login_hint: owner.subject })).screen.pathname, '/approve');
  }
});

test('a browser that is logged in already is no way around that', async () => {
  const sca = await Application.open('sca', { callback: `${SCA_URL}/callback` });
  const { browser } = await waiting();
  const passedOn = await sca.push({ authorization_details: details(), login_hint: new Passkey().subject });
  assert.equal((await browser.go(passedOn.url)).hash, '#code=interaction_unknown');
});

test('what applications call their users in a hint decides nothing', async () => {
  for (const login_hint of ['ada@example.com', 'AB'.repeat(16), 'ab'.repeat(17)]) {
    assert.equal((await toApproval(application, new Passkey(), { authorization_details: details(), login_hint })).screen.pathname, '/approve', login_hint);
  }
});

function interactionPath(browser: Browser): string {
  return [...browser.cookies.values()].find((cookie) => cookie.path.startsWith('/interaction/'))!.path;
}

test('a browser without the cookie of the request ends nothing', async () => {
  const { begun, browser } = await waiting();
  for (const path of ['', '/approved?statement=AA&signature=AA', '/declined?reason=no', '/login?done=AA']) {
    assert.equal((await new Browser().go(`${begun.interaction}${path}`)).hash, '#code=interaction_unknown', path);
  }
  const other = await waiting();
  assert.equal((await other.browser.go(`${begun.interaction}/declined`)).hash, '#code=interaction_unknown', 'nor one with the cookie of another');
  assert.equal((await browser.go(begun.interaction)).pathname, '/approve', 'reloading gives a new code');
  const ofOther = new URL(other.begun.interaction).pathname;
  for (const [key, cookie] of other.browser.cookies) {
    if (cookie.path === ofOther) other.browser.cookies.set(key, { ...cookie, path: '/' });
    else other.browser.cookies.delete(key);
  }
  assert.equal((await other.browser.go(`${begun.interaction}/declined`)).hash, '#code=interaction_unknown', 'nor one that sends it to another address');
});

test('a login request cannot be approved, nor an approval logged in', async () => {
  const browser = new Browser();
  const login = await browser.go((await application.push({ scope: 'service' })).url);
  assert.equal(login.pathname, '/login');
  const path = [...browser.cookies.values()].find((cookie) => cookie.path.startsWith('/interaction/'))!.path;
  assert.equal((await browser.go(`${house.issuer}${path}/approved?statement=AA&signature=AA`)).hash, '#code=interaction_wrong_step');
  const { begun, browser: second } = await waiting();
  assert.equal((await second.go(`${begun.interaction}/login?done=AA`)).hash, '#code=interaction_wrong_step');
});

test('declining reaches the application, with the reason in the words of the signer', async () => {
  const { browser, begun, asked } = await waiting();
  const back = await browser.go(`${begun.interaction}/declined?${new URLSearchParams({ reason: ' 金額が\u202e違います\n' }).toString()}`);
  assert.equal(await refusal(application.redeem(back, asked)), 'access_denied: 金額が 違います');
  const without = await waiting();
  assert.equal(await refusal(application.redeem(await without.browser.go(`${without.begun.interaction}/declined`), without.asked)), 'access_denied: the signer declined');
});

test('waiting requests are listed to their signer alone, who may read and decline them anywhere', async () => {
  const { passkey, browser, begun, asked } = await waiting();
  const elsewhere = await openSignerPage(passkey);
  const { requests } = (await elsewhere.get('/signer/v1/requests')).body as { requests: { id: string; names: string[]; count: number; clientId: string; created: string; expires: string }[] };
  assert.deepEqual(requests.map(({ names, count, clientId }) => ({ names, count, clientId })), [{ names: ['contract 1.pdf', 'contract 2.pdf'], count: 2, clientId: 'example-dpop' }]);
  assert.ok(Date.parse(requests[0]!.expires) > Date.parse(requests[0]!.created));
  const { id } = requests[0]!;
  const read = await elsewhere.post(`/signer/v1/requests/${id}/read`, {});
  assert.deepEqual(Object.keys(read.body), ['ticket']);

  const stranger = await openSignerPage(new Passkey());
  assert.deepEqual((await stranger.get('/signer/v1/requests')).body, { requests: [] });
  for (const action of ['read', 'decline']) {
    const [theirs, unknown] = [await stranger.post(`/signer/v1/requests/${id}/${action}`, {}), await stranger.post(`/signer/v1/requests/AAAA/${action}`, {})];
    assert.equal(theirs.status, 404);
    assert.deepEqual(theirs.body, unknown.body, 'as for one that does not exist');
  }

  assert.equal((await elsewhere.post(`/signer/v1/requests/${id}/decline`, { reason: 'not mine' })).status, 200);
  assert.equal((await elsewhere.post(`/signer/v1/requests/${id}/decline`, {})).body['code'], 'request_unknown');
  assert.equal((await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)))).hash, '#code=approval_ended');
  assert.equal(await refusal(application.redeem(await browser.go(begun.interaction), asked)), 'access_denied: not mine');
});

test('what was approved cannot be declined', async () => {
  const { passkey, browser, begun } = await waiting();
  const page = await openSignerPage(passkey);
  const { requests } = (await page.get('/signer/v1/requests')).body as { requests: { id: string }[] };
  await browser.get(approvedUrl(begun, house.sam.receipt(begun.claims)));
  assert.equal((await page.post(`/signer/v1/requests/${requests[0]!.id}/decline`, {})).status, 404);
  assert.equal((await browser.go(`${begun.interaction}/declined`)).hash, '#code=approval_ended');
});

test('documents without a name are numbered', async () => {
  const { begun } = await waiting(new Passkey(), { authorization_details: details({ documentDigests: HASHES.map((hash) => ({ hash, label: '' })) }) });
  assert.deepEqual(begun.claims.details.labels, ['#1', '#2']);
  const parameters = { scope: 'credential', credentialID: begun.claims.details.credentialID, hashes: HASHES[0], hashAlgorithmOID: SHA256 };
  assert.deepEqual((await waiting(new Passkey(), parameters)).begun.claims.details.labels, ['#1']);
});

test('a ticket read in another browser serves the approval in the first one', async () => {
  const { passkey, browser, begun } = await waiting();
  const page = await openSignerPage(passkey);
  const { requests } = (await page.get('/signer/v1/requests')).body as { requests: { id: string }[] };
  await page.post(`/signer/v1/requests/${requests[0]!.id}/read`, {});
  assert.equal((await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)))).pathname, '/callback');
});

test('the code of the approve screen is good once', async () => {
  const { screen } = await toApproval(application, new Passkey());
  await beginApproval(screen);
  assert.equal((await post('/signer/v1/approval/begin', { code: fromFragment(screen, 'code') })).body['code'], 'code_unknown');
});

test('a request that nobody answered is gone after its time', async () => {
  const { passkey, begun, browser } = await waiting();
  const page = await openSignerPage(passkey);
  await house.database.run('age_approval', `update approval set expires_at = now() - interval '1 second' where subject = $1`, [passkey.subject]);
  await house.database.run('age_interactions', `update oidc set expires_at = now() - interval '1 second' where model = 'Interaction'`, []);
  assert.deepEqual((await page.get('/signer/v1/requests')).body, { requests: [] });
  assert.equal((await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)))).hash, '#code=interaction_unknown');
});

test('the token request may spell the details in another way, but not change them', async () => {
  for (const [changes, expected] of [
    [{ documentDigests: HASHES.map((hash) => ({ hash: hash.replaceAll('+', '-').replaceAll('/', '_') })) }, 'accepted'],
    [{ documentDigests: [{ hash: HASHES[0] }] }, 'invalid_authorization_details: the details are not those that were approved'],
    [{ credentialID: toHex(random(16)) }, 'invalid_authorization_details: the details are not those that were approved'],
  ] as const) {
    const { browser, begun, asked } = await waiting();
    const back = await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)));
    assert.equal(await refusal(application.redeem(back, asked, { authorization_details: details(changes) })), expected);
  }
});
