// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { fromBase64url, toBase64url, utf8 } from '@sigillo/standards/bytes';
import { DoorError } from '../../src/doors/door-error.ts';
import { requireUnder } from '../../src/checks/own-address.ts';
import { makeDpopKey, makeProof } from '../../src/session/dpop-key.ts';
import { LoggedOutError, Session } from '../../src/session/session.ts';
import { memoryShelf, playedPowers } from '../played/memory.ts';
import { makeScene } from '../played/scene.ts';

const part = (
  jwt: string,
  at: number,
): Record<string, unknown> => JSON.parse(Buffer.from(jwt.split('.')[at]!, 'base64url').toString()) as Record<string, unknown>;

test('a proof is bound to method, address, token and key, and verifies', async () => {
  const key = await makeDpopKey();
  const proof = await makeProof(
    key,
    { method: 'POST', url: 'http://127.0.0.1:8402/signer/v1/prepare?x=1#y', accessToken: 'token', id: 'j', nowMs: 1_795_000_000_000 },
  );
  assert.deepEqual(part(proof, 0), { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk });
  const ath = createHash('sha256').update('token').digest('base64url');
  assert.deepEqual(part(proof, 1), { jti: 'j', htm: 'POST', htu: 'http://127.0.0.1:8402/signer/v1/prepare', iat: 1_795_000_000, ath });
  const [header, claims, signature] = proof.split('.');
  assert.ok(verify(
    'sha256',
    utf8(`${header}.${claims}`),
    { key: createPublicKey({ key: key.jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    fromBase64url(signature!),
  ));
});

test('the private key cannot be taken out', async () => {
  const { privateKey } = await makeDpopKey();
  await assert.rejects(crypto.subtle.exportKey('jwk', privateKey));
});

interface Idp {
  readonly session: Session;
  readonly powers: ReturnType<typeof playedPowers>;
  readonly forms: URLSearchParams[];
  readonly shelf: ReturnType<typeof memoryShelf>;
  issuer: string;
  grantStatus: number;
  resourceStatus: () => number;
}

async function setUp(): Promise<Idp> {
  const { pins } = makeScene();
  const shelf = memoryShelf();
  const key = await makeDpopKey();
  const forms: URLSearchParams[] = [];
  const token = `e30.${toBase64url(utf8(JSON.stringify({ sub: '0'.repeat(32) })))}.e30`;
  const powers = playedPowers((url, init) => {
    if (url.endsWith('/openid-configuration')) return Promise.resolve(Response.json({
      issuer: idp.issuer,
      authorization_endpoint: `${pins.issuer}/oauth2/authorize`,
      token_endpoint: `${pins.issuer}/oauth2/token`,
    }));
    if (!url.endsWith('/oauth2/token')) return Promise.resolve(Response.json(
      idp.resourceStatus() === 401 ? { code: 'token_refused' } : { ok: true },
      { status: idp.resourceStatus() },
    ));
    forms.push(init.body as URLSearchParams);
    if (idp.grantStatus !== 200) return Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: idp.grantStatus }));
    return Promise.resolve(Response.json({ access_token: token, token_type: 'DPoP', expires_in: 900, refresh_token: `r${forms.length}` }));
  });
  const session = new Session({
    powers,
    pins,
    shelf,
    pageOrigin: 'http://sign.localhost:8400',
    keptKey: () => Promise.resolve(key),
    forgetKey: () => Promise.resolve(),
  });
  const idp: Idp = { session, powers, forms, shelf, issuer: pins.issuer, grantStatus: 200, resourceStatus: () => 200 };
  return idp;
}

async function logIn(idp: Idp): Promise<void> {
  await idp.session.begin('/keys');
  const state = new URL(idp.powers.left.at(-1)!).searchParams.get('state')!;
  assert.equal(await idp.session.finish(new URLSearchParams({ code: 'c', state, iss: idp.issuer })), '/keys');
}

test('logging in: PKCE S256, a state, the thumbprint; then a session of the subject', async () => {
  const idp = await setUp();
  await logIn(idp);
  const query = new URL(idp.powers.left[0]!).searchParams;
  const verifier = idp.forms[0]!.get('code_verifier')!;
  assert.equal(query.get('code_challenge'), createHash('sha256').update(verifier).digest('base64url'));
  assert.deepEqual(
    [query.get('code_challenge_method'), query.get('scope'), query.get('resource')],
    ['S256', 'signer', 'urn:sigillo:signer'],
  );
  assert.equal(query.get('dpop_jkt')?.length, 43);
  assert.deepEqual(idp.session.signerId(), new Uint8Array(16));
});

test('an answer with another state, of another issuer, or without a code makes no session', async () => {
  for (const [change, code] of [
    [{ state: 'x' }, 'login_not_started_here'],
    [{ iss: 'http://evil.example' }, 'login_other_issuer'],
    [{ code: null, error: 'access_denied' }, 'access_denied'],
  ] as const) {
    const idp = await setUp();
    await idp.session.begin('/');
    const answer = new URLSearchParams({ code: 'c', state: new URL(idp.powers.left[0]!).searchParams.get('state')!, iss: idp.issuer });
    for (const [name, value] of Object.entries(change)) {
      if (value === null) answer.delete(name);
      else answer.set(name, value);
    }
    await assert.rejects(idp.session.finish(answer), (error) => error instanceof DoorError && error.code === code);
    assert.equal(idp.session.signerId(), null);
    await assert.rejects(idp.session.finish(answer), (error) => error instanceof DoorError && error.code === 'login_not_started_here');
  }
});

test('metadata of another issuer is refused', async () => {
  const idp = await setUp();
  idp.issuer = 'http://evil.example';
  await assert.rejects(idp.session.begin('/'), /login_issuer/);
  assert.deepEqual(idp.powers.left, []);
});

test('addresses are followed only under their base, spelt the one way', () => {
  assert.equal(
    requireUnder('http://localhost:8401', 'http://localhost:8401/interaction/u/login?done=x'),
    'http://localhost:8401/interaction/u/login?done=x',
  );
  for (const url of [
    'http://localhost:8401.evil.example/x',
    'http://localhost:84011/x',
    'http://user@localhost:8401/x',
    'javascript:alert(1)',
    'http://localhost:8401/../x',
    'HTTP://localhost:8401/x',
    '/x',
    '',
  ]) {
    assert.throws(() => requireUnder('http://localhost:8401', url), /address_refused/, url);
  }
});

test('a token near its end is renewed once for all calls that wait', async () => {
  const idp = await setUp();
  await logIn(idp);
  idp.powers.clock += 880_000;
  const call = { method: 'GET', url: 'http://127.0.0.1:8402/x' } as const;
  await Promise.all([idp.session.json(call), idp.session.json(call), idp.session.json(call)]);
  assert.deepEqual(idp.forms.map((form) => form.get('grant_type')), ['authorization_code', 'refresh_token']);
});

test('a token that is not accepted is renewed and tried once more; then the answer stands', async () => {
  const idp = await setUp();
  await logIn(idp);
  idp.resourceStatus = () => 401;
  await assert.rejects(
    idp.session.json({ method: 'GET', url: 'http://127.0.0.1:8402/x' }),
    (error) => error instanceof DoorError && error.status === 401,
  );
  assert.equal(idp.forms.length, 2);
});

test('a session that cannot be renewed is over', async () => {
  const idp = await setUp();
  await logIn(idp);
  idp.grantStatus = 400;
  idp.powers.clock += 900_000;
  await assert.rejects(idp.session.json({ method: 'GET', url: 'http://127.0.0.1:8402/x' }), LoggedOutError);
  assert.equal(idp.session.signerId(), null);
});

test('signing out forgets the tokens, heard by the IdP or not', async () => {
  const idp = await setUp();
  await logIn(idp);
  idp.resourceStatus = () => 500;
  await assert.rejects(idp.session.end());
  assert.equal(idp.shelf.get('tokens'), null);
});
