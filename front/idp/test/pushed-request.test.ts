// SPDX-License-Identifier: Apache-2.0
// Which requests are taken from clients, and what the others are told.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { Browser } from './played/browser.ts';
import { Application, details, HASHES, KEY_ID, refusal, SHA256 } from './played/client.ts';
import { logIn } from './played/page.ts';
import { Passkey } from './played/passkey.ts';
import { CALLBACK, CSC_RESOURCE, house, SCA_URL, SIGN_ORIGIN } from './played/house.ts';
import { clientAssertion, form, push, pushed, type AssertionChanges } from './played/raw.ts';

const SHORT = Buffer.alloc(31).toString('base64');
const digest = (more: object): Record<string, unknown> => ({ documentDigests: [{ hash: HASHES[0], label: 'a', ...more }] });
const parameters = (changes: Readonly<Record<string, string | undefined>> = {}): Record<string, string | undefined> => ({
  authorization_details: undefined, scope: 'credential', credentialID: KEY_ID, hashes: HASHES.join(','), hashAlgorithmOID: SHA256, ...changes,
});
const location = (content: string): Record<string, unknown> => ({ ...digest({}), documentLocations: [{ content, attributes: `${SCA_URL}/prepared/T/attributes` }] });

const refused: readonly (readonly [string, Readonly<Record<string, string | readonly string[] | undefined>>, string])[] = [
  ['no key of the client', { dpop_jkt: undefined }, 'invalid_request: a DPoP proof or dpop_jkt is needed'],
  ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request: Authorization Server policy requires PKCE to be used for this request'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request: not supported value of code_challenge_method'],
  ['another return address', { redirect_uri: `${CALLBACK}/` }, "invalid_request: redirect_uri did not match any of the client's registered redirect_uris"],
  ['the return address on another port', { redirect_uri: CALLBACK.replace('8406', '8407') }, "invalid_request: redirect_uri did not match any of the client's registered redirect_uris"],
  ['a scope that is not its own', { scope: 'signer', authorization_details: undefined }, 'invalid_scope: requested scope is not allowed'],
  ['two scopes', { scope: 'service credential', authorization_details: undefined }, 'invalid_scope: only one scope can be asked for'],
  ['details under another scope', { scope: 'service' }, 'invalid_scope: only one scope can be asked for'],
  ['another resource', { resource: 'urn:sigillo:signer' }, 'invalid_target: resource indicator is missing, or unknown'],
  ['two resources', { resource: [CSC_RESOURCE, CSC_RESOURCE] }, 'invalid_target: only one resource can be asked for'],
  ['a parameter twice', { state: ['a', 'b'] }, "invalid_request: 'state' parameter must not be provided twice"],
  ['a long state', { state: 'x'.repeat(256) }, 'invalid_request: Invalid parameter state'],
  ['a long hint', { login_hint: 'x'.repeat(256) }, 'invalid_request: Invalid parameter login_hint'],
  ['long client data', { clientData: 'x'.repeat(2049) }, 'invalid_request: Invalid parameter clientData'],
  ['any other long parameter', { ui_locales: 'x'.repeat(2049) }, 'invalid_request: Invalid parameter ui_locales'],
  ['a request object', { request: 'e30.e30.' }, 'request_not_supported: undefined'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type: unsupported response_type requested'],
  ['details that are no JSON', { authorization_details: '[{' }, 'invalid_authorization_details: could not parse the authorization_details parameter JSON'],
  ['details with a name twice', { authorization_details: details().replace('{"type"', '{"credentialID":"x","type"') }, 'invalid_authorization_details: authorization_details is not well-formed JSON'],
  ['details of another type', { authorization_details: details({ type: 'payment' }) }, 'invalid_authorization_details: unsupported authorization details type value (authorization details index 0)'],
  ['two entries of details', { authorization_details: JSON.stringify([...JSON.parse(details()), ...JSON.parse(details())]) }, 'invalid_authorization_details: authorization_details must contain one entry'],
  ['no credential', { authorization_details: details({ credentialID: null }) }, 'invalid_authorization_details: Missing (or invalid type) string parameter credentialID'],
  ['a credential of another form', { authorization_details: details({ credentialID: KEY_ID.toUpperCase() }) }, 'invalid_authorization_details: Invalid parameter credentialID'],
  ['a credential of another type', { authorization_details: details({ credentialID: 7 }) }, 'invalid_authorization_details: Missing (or invalid type) string parameter credentialID'],
  ['no digests', { authorization_details: details({ documentDigests: [] }) }, 'invalid_authorization_details: Missing (or invalid type) array parameter documentDigests'],
  ['digests that are no objects', { authorization_details: details({ documentDigests: [HASHES[0]] }) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['1,001 digests', { authorization_details: details({ documentDigests: Array.from({ length: 1001 }, () => ({ hash: HASHES[0] })) }) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['a short digest', { authorization_details: details(digest({ hash: SHORT })) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['a digest that is no base64', { authorization_details: details(digest({ hash: 'no digest!' })) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['a digest of the whole document', { authorization_details: details(digest({ hashType: 'sdr' })) }, 'invalid_authorization_details: Invalid parameter hashType'],
  ['two different digests in one entry', { authorization_details: details(digest({ hashes: HASHES[1] })) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['no hash algorithm', { authorization_details: details({ hashAlgorithmOID: '' }) }, 'invalid_authorization_details: Missing (or invalid type) string parameter hashAlgorithmOID'],
  ['SHA-1', { authorization_details: details({ hashAlgorithmOID: '1.3.14.3.2.26' }) }, 'invalid_authorization_details: Invalid parameter hashAlgorithmOID'],
  ['another algorithm than the digests', { authorization_details: details({ hashAlgorithmOID: '2.16.840.1.101.3.4.2.3' }) }, 'invalid_authorization_details: Invalid parameter documentDigests'],
  ['another number of signatures', { authorization_details: details({ numSignatures: 3 }) }, 'invalid_authorization_details: Invalid parameter numSignatures'],
  ['a signature algorithm that is no OID', { authorization_details: details({ signAlgo: 'ES256' }) }, 'invalid_authorization_details: Invalid parameter signAlgo'],
  ['a label that was not UTF-8', { authorization_details: details(digest({ label: 'a\uFFFDb' })) }, 'invalid_authorization_details: Invalid parameter label'],
  ['documents elsewhere', { authorization_details: details(location('http://evil.example/content')) }, 'invalid_authorization_details: Invalid parameter documentLocations'],
  ['documents at a host that begins like the SCA', { authorization_details: details(location(`${SCA_URL}.evil.example/content`)) }, 'invalid_authorization_details: Invalid parameter documentLocations'],
  ['documents by another spelling', { authorization_details: details(location(`${SCA_URL}/a/../content`)) }, 'invalid_authorization_details: Invalid parameter documentLocations'],
  ['fewer documents than digests', { authorization_details: details({ documentLocations: [] }) }, 'invalid_authorization_details: Invalid parameter documentLocations'],
  ['parameters: no digests', parameters({ hashes: undefined }), 'invalid_request: Missing (or invalid type) string parameter hashes'],
  ['parameters: a digest missing in the list', parameters({ hashes: `${HASHES[0]},` }), 'invalid_request: Invalid parameter hashes'],
  ['parameters: both names with different digests', parameters({ hash: HASHES[0] }), 'invalid_request: Invalid parameter hashes'],
  ['parameters: no credential', parameters({ credentialID: undefined }), 'invalid_request: Missing (or invalid type) string parameter credentialID'],
  ['parameters: no signatures', parameters({ numSignatures: '0' }), 'invalid_request: Invalid parameter numSignatures'],
  ['parameters: a long description', parameters({ description: 'x'.repeat(501) }), 'invalid_request: Invalid parameter description'],
];

for (const [name, changes, expected] of refused) {
  test(`a pushed request with ${name} is refused`, async () => {
    const { status, body } = await push(changes);
    assert.equal(`${String(body['error'])}: ${String(body['error_description'])}`, expected);
    assert.equal(status, 400);
  });
}

const accepted: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
  ['details', {}],
  ['details of 1,000 documents with Japanese names', { authorization_details: details({ documentDigests: Array.from({ length: 1000 }, (_, i) => ({ hash: HASHES[0], label: `業務委託契約書（変更覚書）${i + 1}.pdf` })) }) }],
  ['parameters of 1,000 digests', parameters({ hashes: Array.from({ length: 1000 }, () => encodeURIComponent(HASHES[0])).join(',') })],
  ['details in the short type and base64url', { authorization_details: details({ type: 'credential', documentDigests: [{ hash: HASHES[0].replaceAll('+', '-').replaceAll('/', '_').replace('=', '') }] }) }],
  ['details that call the digest `hashes`', { authorization_details: details({ documentDigests: [{ hashes: HASHES[0], hashType: 'DTBSR', signed_props: [] }], locations: ['urn:x'] }) }],
  ['parameters joined by semicolons', parameters({ hashes: HASHES.join(';') })],
  ['parameters percent-encoded once more', parameters({ hashes: HASHES.map(encodeURIComponent).join(',') })],
  ['parameters under the name of version 1', parameters({ hashes: undefined, hash: HASHES.join(',') })],
  ['no scope, which means service', { authorization_details: undefined }],
  ['its own resource named', { resource: CSC_RESOURCE }],
];

for (const [name, changes] of accepted) {
  test(`a pushed request with ${name} is taken`, async () => {
    const { status, body } = await push(changes);
    assert.deepEqual([status, Object.keys(body).toSorted()], [201, ['expires_in', 'request_uri']], JSON.stringify(body));
  });
}

test('the page pushes no requests: it has no key, so anybody could in its name', async () => {
  const asPage = { client_assertion: undefined, client_assertion_type: undefined, client_id: 'sic', redirect_uri: `${SIGN_ORIGIN}/callback`, authorization_details: undefined };
  const { status, body } = await push({ ...asPage, scope: 'signer' });
  assert.deepEqual([status, body['error'], body['error_description']], [400, 'unauthorized_client', 'this client does not push its requests']);
});

test('the SCA asks no signer whom it does not name', async () => {
  const asSca = { redirect_uri: `${SCA_URL}/callback` };
  for (const login_hint of [undefined, '', 'ada@example.com', 'AB'.repeat(16), 'ab'.repeat(15)]) {
    for (const request of [{}, parameters()]) {
      const { status, body } = await push({ ...asSca, ...request, login_hint }, 'sca');
      assert.deepEqual([status, body['error'], body['error_description']], [400, 'invalid_request', 'login_hint must be the id of the signer'], `${login_hint}`);
    }
  }
  assert.equal((await push({ ...asSca, login_hint: 'ab'.repeat(16) }, 'sca')).status, 201);
});

test('a bearer client that proves a key is refused: its approval would name none', async () => {
  const { body } = await push({}, 'example-bearer');
  assert.equal(body['error_description'], 'this client is not registered for DPoP');
});

const now = (): number => Math.floor(Date.now() / 1000);
const strangers: readonly (readonly [string, () => AssertionChanges])[] = [
  ['for the token endpoint', () => ({ claims: { aud: `${house.issuer}/oauth2/token` } })],
  ['for a list of audiences', () => ({ claims: { aud: [house.issuer] } })],
  ['for another server', () => ({ claims: { aud: 'http://localhost:1' } })],
  ['signed by another key', () => ({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey })],
  ['signed by another client', () => ({ key: house.clientKeys['sca']! })],
  ['issued by another client', () => ({ claims: { iss: 'sca' } })],
  ['that ran out', () => ({ claims: { exp: now() - 60 } })],
  ['that lives for a day', () => ({ claims: { exp: now() + 86_400 } })],
  ['without an id', () => ({ claims: { jti: undefined } })],
];

for (const [name, changes] of strangers) {
  test(`a client assertion ${name} authenticates nobody`, async () => {
    const { status, body } = await push(clientAssertion('example-dpop', changes()));
    assert.deepEqual([status, body['error']], [401, 'invalid_client']);
  });
}

test('a client assertion counts once, also for several that come at once', async () => {
  const assertion = clientAssertion('example-dpop');
  const answers = await Promise.all(Array.from({ length: 6 }, () => push(assertion)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
});

test('confidential clients must authenticate and push', async () => {
  assert.equal((await push({ client_assertion: undefined, client_assertion_type: undefined })).status, 401);
  const { authorization_details: _details, ...simple } = pushed();
  const url = `${house.issuer}/oauth2/authorize?${new URLSearchParams({ ...(simple as Record<string, string>), scope: 'service' }).toString()}`;
  const back = await new Browser().go(url);
  assert.equal(`${back.origin}${back.pathname}`, CALLBACK);
  assert.equal(back.searchParams.get('error'), 'invalid_request');
  assert.equal(back.searchParams.get('iss'), house.issuer);
});

test('errors that belong to no client are shown by the page', async () => {
  const browser = new Browser();
  for (const query of ['client_id=nobody&response_type=code', 'client_id=sic&response_type=code&redirect_uri=http%3A%2F%2Fevil.example%2F']) {
    const at = await browser.go(`${house.issuer}/oauth2/authorize?${query}`);
    assert.equal(`${at.origin}${at.pathname}`, `${SIGN_ORIGIN}/error`, query);
  }
  assert.equal((await browser.go(`${house.issuer}/oauth2/authorize/unknown`)).hash, '#code=request_expired');
  assert.equal((await fetch(`${house.issuer}/oauth2/authorize/unknown`, { redirect: 'manual', headers: { accept: 'text/html' } })).status, 303, 'a browser follows it');
});

test('a pushed request belongs to its client and can be finished once', async () => {
  const application = await Application.open('example-dpop');
  const asked = await application.push({ scope: 'service' });
  const stolen = new URL(asked.url);
  stolen.searchParams.set('client_id', 'example-bearer');
  assert.equal((await new Browser().go(stolen)).searchParams.get('error'), 'invalid_request_object');
  const browsers = [new Browser(), new Browser()];
  const passkey = new Passkey();
  const backs = [];
  const screens = await Promise.all(browsers.map((browser) => browser.go(asked.url)));
  for (const [i, browser] of browsers.entries()) backs.push(await logIn(browser, screens[i]!, passkey));
  assert.deepEqual(backs.map((back) => back.searchParams.get('error')), [null, 'invalid_request_uri']);
  const unknown = new URLSearchParams({ client_id: 'example-dpop', request_uri: 'urn:ietf:params:oauth:request_uri:unknown' });
  const back = await new Browser().go(`${house.issuer}/oauth2/authorize?${unknown.toString()}`);
  assert.equal(back.searchParams.get('error'), 'invalid_request_uri');
});

test('officers may do nothing but officers\' work', async () => {
  const officers = await Application.open('officers');
  assert.match(await refusal(officers.ownToken({ scope: 'service' })), /^invalid_scope/);
  const application = await Application.open('example-dpop');
  assert.match(await refusal(application.ownToken({ scope: 'service' })), /not allowed for this client/);
  const sca = await Application.open('sca');
  assert.match(await refusal(sca.ownToken({ scope: 'credential' })), /invalid/);
});

test('what is no form is refused', async () => {
  const answer = await fetch(`${house.issuer}/oauth2/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request');
  const large = await form('/oauth2/pushed_authorize', { ...pushed(), clientData: 'x'.repeat(60_000) });
  assert.deepEqual([large.status, large.body['error']], [400, 'invalid_request']);
  const larger = await form('/oauth2/pushed_authorize', { ...pushed(), clientData: 'x'.repeat(1_048_576) });
  assert.deepEqual([larger.status, larger.body['code']], [413, 'body_too_large']);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const broken = await fetch(`${house.issuer}/oauth2/pushed_authorize`, { method: 'POST', headers, body: Buffer.alloc(70_000, 0xff) });
  assert.deepEqual([broken.status, ((await broken.json()) as { code: string }).code], [400, 'request_malformed']);
});
