// SPDX-License-Identifier: Apache-2.0
// The door itself: who may call from where, what it says about itself, what it does with what is not well formed.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Application } from './played/client.ts';
import { house, SIGN_ORIGIN } from './played/house.ts';
import { post } from './played/page.ts';

async function json(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await (await fetch(`${house.issuer}${path}`)).json()) as Readonly<Record<string, unknown>>;
}

test('the metadata names what a CSC client needs', async () => {
  const metadata = await json('/.well-known/oauth-authorization-server');
  const at = (path: string): string => `${house.issuer}${path}`;
  assert.deepEqual(
    ['issuer', 'authorization_endpoint', 'token_endpoint', 'pushed_authorization_request_endpoint', 'revocation_endpoint', 'jwks_uri'].map((name) => metadata[name]),
    [house.issuer, at('/oauth2/authorize'), at('/oauth2/token'), at('/oauth2/pushed_authorize'), at('/oauth2/revoke'), at('/oauth2/jwks')],
  );
  assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256']);
  assert.deepEqual(metadata['response_types_supported'], ['code']);
  assert.deepEqual(metadata['token_endpoint_auth_methods_supported'], ['private_key_jwt', 'none']);
  assert.deepEqual(metadata['dpop_signing_alg_values_supported'], ['ES256']);
  assert.equal(metadata['authorization_response_iss_parameter_supported'], true);
  assert.deepEqual(await json('/.well-known/openid-configuration'), metadata);
});

test('the published key is public', async () => {
  const { keys } = (await json('/oauth2/jwks')) as { keys: Readonly<Record<string, string>>[] };
  assert.deepEqual(keys.map(({ alg, crv, d }) => [alg, crv, d]), [['ES256', 'P-256', undefined]]);
});

test('the page\'s routes are documented', async () => {
  const { paths } = (await json('/openapi.json')) as { paths: Readonly<Record<string, unknown>> };
  assert.deepEqual(Object.keys(paths).toSorted(), [
    '/signer/v1/approval/begin', '/signer/v1/login/begin', '/signer/v1/login/finish', '/signer/v1/logout', '/signer/v1/requests', '/signer/v1/requests/{id}/decline', '/signer/v1/requests/{id}/read',
  ]);
});

test('the page\'s origin may call, without cookies; others may not', async () => {
  for (const [origin, allowed] of [[SIGN_ORIGIN, SIGN_ORIGIN], ['http://sign.localhost:8401', null], ['null', null]] as const) {
    for (const path of ['/signer/v1/login/begin', '/oauth2/token']) {
      const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop,content-type' };
      const answer = await fetch(`${house.issuer}${path}`, { method: 'OPTIONS', headers });
      assert.equal(answer.headers.get('access-control-allow-origin'), allowed, `${origin} ${path}`);
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
    }
  }
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'sic', refresh_token: 'x' });
  const stranger = await fetch(`${house.issuer}/oauth2/token`, { method: 'POST', headers: { origin: 'http://evil.example' }, body });
  assert.equal(stranger.headers.get('access-control-allow-origin'), null);
});

test('under another name nobody answers', async () => {
  const status = await new Promise((resolve, reject) => {
    const port = new URL(house.issuer).port;
    request({ host: '127.0.0.1', port, path: '/oauth2/jwks', headers: { host: `evil.example:${port}` } }, (answer) => resolve(answer.resume().statusCode)).on('error', reject).end();
  });
  assert.equal(status, 421);
});

const malformed: readonly (readonly [string, string, unknown, number, string])[] = [
  ['no body', '/signer/v1/login/begin', '', 400, 'request_malformed'],
  ['no JSON', '/signer/v1/login/begin', '{', 400, 'json_malformed'],
  ['a name twice', '/signer/v1/login/begin', '{"code":"a","code":"b"}', 400, 'json_duplicate_name'],
  ['a field more', '/signer/v1/login/begin', { code: 'a', more: 1 }, 400, 'request_malformed'],
  ['another type', '/signer/v1/login/begin', { code: 1 }, 400, 'request_malformed'],
  ['another alphabet', '/signer/v1/login/begin', { code: 'a+b' }, 400, 'request_malformed'],
  ['a code too long', '/signer/v1/approval/begin', { code: 'a'.repeat(65) }, 400, 'request_malformed'],
  ['an unknown code', '/signer/v1/approval/begin', { code: 'a' }, 400, 'code_unknown'],
  ['no assertion', '/signer/v1/login/finish', { session: 'a', statement: 'a', signature: 'a' }, 400, 'request_malformed'],
  ['a large body', '/signer/v1/login/finish', { session: 'a'.repeat(300_000) }, 413, 'body_too_large'],
  ['no token', '/signer/v1/logout', {}, 401, 'token_missing'],
  ['another address', '/signer/v1/nothing', {}, 404, 'not_found'],
];

for (const [name, path, body, status, code] of malformed) {
  test(`${name} is answered with ${code}`, async () => {
    const answer = await post(path, body);
    assert.deepEqual([answer.status, answer.body['code']], [status, code]);
    assert.equal('stack' in answer.body || 'message' in answer.body, false);
  });
}

test('every answer names its request, and the log has the same name', async () => {
  for (const path of ['/oauth2/jwks', '/openapi.json', '/oauth2/authorize/unknown', '/interaction/unknown']) {
    const answer = await fetch(`${house.issuer}${path}`, { redirect: 'manual' });
    const id = answer.headers.get('x-request-id')!;
    assert.match(id, /^[0-9a-f]{24}$/);
    assert.ok(house.logLines.some((line) => line.includes(id)), path);
  }
});

test('after all that, a good request works', async () => {
  assert.ok((await (await Application.open('example-dpop')).push({ scope: 'service' })).url);
  assert.deepEqual(await json('/readyz'), { status: 'ready' });
});
