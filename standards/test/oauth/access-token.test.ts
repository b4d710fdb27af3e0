// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengeHeader, OAuthError, type OAuthErrorCode, parseAuthorization, parseCompactJws, readAccessToken, requireScheme, requireScope } from '../../oauth/index.ts';

const NOW = 1_800_000_000;
const HEADER = { typ: 'at+jwt', alg: 'ES256' };
const jkt = 'A'.repeat(43);
const good = { iss: 'http://localhost:8401', aud: 'urn:sigillo:signer', sub: 'signer', client_id: 'sic', jti: 'id', iat: NOW, exp: NOW + 60, scope: 'signer other', cnf: { jkt } };
const demand = { issuer: 'http://localhost:8401', audience: 'urn:sigillo:signer', nowSeconds: NOW };
const refusedWith = (code: OAuthErrorCode) => (error: unknown): boolean => error instanceof OAuthError && error.code === code;

test('a good token says who, for whom, what and how long', () => {
  const token = readAccessToken(HEADER, good, demand);
  assert.deepEqual({ ...token, claims: undefined }, {
    tokenId: 'id', clientId: 'sic', subject: 'signer', scopes: ['signer', 'other'], expires: NOW + 60, boundTo: jkt, claims: undefined,
  });
  assert.equal(readAccessToken(HEADER, { ...good, sub: 'sic' }, demand).subject, undefined, 'RFC 9068 section 2.2: a client that acts for itself is its own subject');
});

const bad: readonly (readonly [string, OAuthErrorCode, Record<string, unknown>])[] = [
  ['another issuer', 'token_issuer', { iss: 'http://localhost:8401/' }],
  ['another audience', 'token_audience', { aud: 'urn:sigillo:sam' }],
  ['one audience more', 'token_audience', { aud: ['urn:sigillo:signer', 'urn:sigillo:sam'] }],
  ['no audience', 'token_audience', { aud: undefined }],
  ['its last second', 'token_expired', { exp: NOW }],
  ['no end', 'token_malformed', { exp: undefined }],
  ['an end that is no number', 'token_malformed', { exp: `${NOW + 60}` }],
  ['an issue in the future', 'token_not_yet_valid', { iat: NOW + 60 }],
  ['a beginning in the future', 'token_not_yet_valid', { nbf: NOW + 60 }],
  ['no id', 'token_malformed', { jti: undefined }],
  ['no client', 'token_malformed', { client_id: undefined }],
  ['a subject that is no text', 'token_malformed', { sub: 7 }],
  ['scopes that are a list', 'token_malformed', { scope: ['signer'] }],
  ['a confirmation without a thumbprint', 'token_malformed', { cnf: {} }],
  ['a thumbprint of another length', 'token_malformed', { cnf: { jkt: 'AAAA' } }],
];
for (const [what, code, changes] of bad) {
  test(`refuses a token with ${what}`, () => assert.throws(() => readAccessToken(HEADER, { ...good, ...changes }, demand), refusedWith(code)));
}

test('refuses a JWT that was made for something else', () => {
  assert.throws(() => readAccessToken({ typ: 'JWT' }, good, demand), refusedWith('token_type'));
  assert.throws(() => readAccessToken({}, good, demand), refusedWith('token_type'));
});

test('a bound token needs the DPoP scheme, an unbound one does not have it', () => {
  const bound = readAccessToken(HEADER, good, demand);
  const free = readAccessToken(HEADER, { ...good, cnf: undefined }, demand);
  requireScheme({ scheme: 'DPoP', token: 't' }, bound);
  requireScheme({ scheme: 'Bearer', token: 't' }, free);
  assert.throws(() => requireScheme({ scheme: 'Bearer', token: 't' }, bound), refusedWith('token_binding'));
  assert.throws(() => requireScheme({ scheme: 'DPoP', token: 't' }, free), refusedWith('token_binding'));
  requireScope(bound, 'other');
  assert.throws(() => requireScope(bound, 'sign'), refusedWith('token_scope'));
});

test('the Authorization header has one spelling of two schemes', () => {
  assert.deepEqual(parseAuthorization(['Bearer abc.def']), { scheme: 'Bearer', token: 'abc.def' });
  assert.deepEqual(parseAuthorization(['dpop abc']), { scheme: 'DPoP', token: 'abc' });
  assert.throws(() => parseAuthorization(undefined), refusedWith('authorization_missing'));
  for (const value of ['Bearer', 'Bearer ', 'Bearer  a', 'Bearer a b', 'Basic abc', 'abc', `Bearer ${'a'.repeat(20_000)}`, 'Bearer a\u00e9']) {
    assert.throws(() => parseAuthorization([value]), refusedWith('authorization_malformed'), value.slice(0, 20));
  }
  assert.throws(() => parseAuthorization(['Bearer a', 'Bearer b']), refusedWith('authorization_malformed'));
});

test('the challenge names the scheme and the error', () => {
  assert.equal(challengeHeader('Bearer'), 'Bearer');
  assert.equal(challengeHeader('DPoP', 'invalid_token'), 'DPoP error="invalid_token", algs="ES256"');
});

test('a JWS has three parts, each in canonical base64url', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  assert.deepEqual(parseCompactJws(`${part({ a: 1 })}.${part({ b: 2 })}.AAAA`, 100).payload, { b: 2 });
  for (const text of ['', 'a', 'a.b', `${part([])}.${part({})}.AA`, `${part({})}.${part({})}.`, `${part({})}.${part({})}.AB`, `${part({})}.${part({})}.AA.AA`, `${part({})}.!!.AA`]) {
    assert.throws(() => parseCompactJws(text, 100), refusedWith('jws_malformed'), text);
  }
});
