// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { OAuthError } from '@sigillo/standards/oauth';
import { AccessTokens, RevocationsUnknown } from '../../src/caller/access-tokens.ts';

const NOW = 1_800_000_000;
const issuer = 'http://localhost:8401';
const sharedKey = randomBytes(64).subarray(0, 32);
const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
let fault: string | undefined;

function open(rememberedMax?: number): AccessTokens {
  return new AccessTokens({
    issuer,
    audiences: { signer: 'same', csc: 'same', officer: 'same' },
    idpKeys: { keys: [{ kty, crv, x, y, kid: 'one', alg: 'ES256' }] },
    sharedKey,
    revoked: { has: () => false, fault: () => fault, read: () => undefined },
    nowSeconds: () => NOW,
    ...(rememberedMax === undefined ? {} : { rememberedMax }),
  });
}

function maced(alg: 'HS256' | 'HS512', id = 'id'): string {
  const claims = { iss: issuer, aud: 'same', client_id: 'app', jti: id, iat: NOW, exp: NOW + 60 };
  const input = [{ typ: 'at+jwt', alg }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createHmac(alg.replace('HS', 'sha'), sharedKey).update(input).digest('base64url')}`;
}

test('a token remembered for one use is not good for another, though everything else about it fits', async () => {
  const tokens = open();
  assert.equal((await tokens.verify(maced('HS256'), 'csc')).tokenId, 'id');
  await assert.rejects(tokens.verify(maced('HS256'), 'signer'), OAuthError);
});

test('another algorithm under the right key is refused', async () => {
  await assert.rejects(open().verify(maced('HS512'), 'csc'), OAuthError);
});

test('while nobody can say what was revoked, no token is good, remembered or not', async () => {
  const tokens = open();
  await tokens.verify(maced('HS256'), 'csc');
  fault = 'revocations_unreadable';
  await assert.rejects(tokens.verify(maced('HS256'), 'csc'), RevocationsUnknown);
  fault = undefined;
  await tokens.verify(maced('HS256'), 'csc');
});

test('what is remembered is bounded; who was forgotten is verified again', async () => {
  const tokens = open(2);
  for (const id of ['a', 'b', 'c', 'a']) assert.equal((await tokens.verify(maced('HS256', id), 'csc')).tokenId, id);
});

test('a shared key of another length stops the start', () => {
  assert.throws(() => new AccessTokens({ issuer, audiences: { signer: '', csc: '', officer: '' }, idpKeys: { keys: [] }, sharedKey: randomBytes(16), revoked: { has: () => false, fault: () => undefined, read: () => undefined }, nowSeconds: () => NOW }));
});
