// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { type DpopRequest, type EcPublicJwk, OAuthError, type OAuthErrorCode, replayMemory, type ReplayMemory, thumbprint, verifyDpopProof } from '../../oauth/index.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const verifyEs256 = (jwk: EcPublicJwk, input: Uint8Array, signature: Uint8Array): void => {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('wrong');
};
const NOW = 1_800_000_000;
const URL_OF_CALL = 'http://127.0.0.1:8402/csc/v2/signatures/signHash';
const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwkOf = (key: KeyObject): EcPublicJwk => key.export({ format: 'jwk' }) as unknown as EcPublicJwk;
const held = thumbprint(jwkOf(holder.publicKey), sha256);
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

interface Changes {
  readonly header?: Record<string, unknown>;
  readonly payload?: Record<string, unknown>;
  readonly key?: KeyObject;
}

let number = 0;
function proof(changes: Changes = {}): string {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: jwkOf(holder.publicKey), ...changes.header };
  const payload = { jti: `id-${++number}`, htm: 'POST', htu: URL_OF_CALL, iat: NOW, ath: hashOf('token'), ...changes.payload };
  const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), { key: changes.key ?? holder.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function check(proofs: readonly string[] | undefined, request: Partial<DpopRequest> = {}, memory: ReplayMemory = replayMemory(10), nowSeconds = NOW): ReturnType<typeof verifyDpopProof> {
  const whole = { proofs, method: 'POST', url: URL_OF_CALL, accessToken: 'token', boundTo: held, ...request };
  return verifyDpopProof(whole, { sha256, verify: verifyEs256, memory }, { nowSeconds });
}

const refusedWith = (code: OAuthErrorCode) => (error: unknown): boolean => error instanceof OAuthError && error.code === code;

test('a good proof proves the possession of its key', async () => {
  assert.equal((await check([proof()])).thumbprint, held);
  assert.equal((await check([proof({ payload: { htu: 'HTTP://127.0.0.1:8402/csc/v2/signatures/signHash?a=b#c' } })])).thumbprint, held);
});

test('the example of RFC 9449: its proof of section 4.1 verifies, its key has the thumbprint of section 6.1', async () => {
  const example = [
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMi',
    'LCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoi',
    'UE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4Pt',
    'FLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
  ].join('');
  const request = { proofs: [example], method: 'POST', url: 'https://server.example.com/token' };
  const { thumbprint: found } = await verifyDpopProof(request, { sha256, verify: verifyEs256, memory: replayMemory(1) }, { nowSeconds: 1_562_262_620 });
  assert.equal(found, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
});

const bad: readonly (readonly [string, OAuthErrorCode, Changes])[] = [
  ['another type', 'dpop_malformed', { header: { typ: 'JWT' } }],
  ['no algorithm', 'dpop_algorithm', { header: { alg: 'none' } }],
  ['a symmetric algorithm', 'dpop_algorithm', { header: { alg: 'HS256' } }],
  ['an unknown critical member', 'dpop_algorithm', { header: { crit: ['x'], x: 1 } }],
  ['no key', 'dpop_malformed', { header: { jwk: undefined } }],
  ['a private key in the header', 'jwk_not_supported', { header: { jwk: holder.privateKey.export({ format: 'jwk' }) } }],
  ['a key of another curve', 'jwk_not_supported', { header: { jwk: { ...jwkOf(holder.publicKey), crv: 'P-384' } } }],
  ['a key of the wrong size', 'jwk_not_supported', { header: { jwk: { ...jwkOf(holder.publicKey), x: 'AAAA' } } }],
  ['a key that did not sign', 'dpop_signature', { key: other.privateKey }],
  ['another method', 'dpop_method', { payload: { htm: 'GET' } }],
  ['no method', 'dpop_malformed', { payload: { htm: undefined } }],
  ['another path', 'dpop_url', { payload: { htu: `${URL_OF_CALL}x` } }],
  ['another port', 'dpop_url', { payload: { htu: URL_OF_CALL.replace('8402', '8403') } }],
  ['another host before the path', 'dpop_url', { payload: { htu: URL_OF_CALL.replace('127.0.0.1:8402', '127.0.0.1:8402@evil.example') } }],
  ['a URL that is none', 'dpop_url', { payload: { htu: 'signHash' } }],
  ['an old proof', 'dpop_time', { payload: { iat: NOW - 61 } }],
  ['a proof of the future', 'dpop_time', { payload: { iat: NOW + 6 } }],
  ['a time that is none', 'dpop_malformed', { payload: { iat: `${NOW}` } }],
  ['the hash of another token', 'dpop_token_hash', { payload: { ath: hashOf('another') } }],
  ['no hash of the token', 'dpop_token_hash', { payload: { ath: undefined } }],
  ['no id', 'dpop_malformed', { payload: { jti: '' } }],
  ['an id without end', 'dpop_malformed', { payload: { jti: 'x'.repeat(300) } }],
  ['the right key, not the one of the token', 'dpop_key', { header: { jwk: jwkOf(other.publicKey) }, key: other.privateKey }],
];
for (const [what, code, changes] of bad) {
  test(`refuses ${what}`, () => assert.rejects(check([proof(changes)]), refusedWith(code)));
}

test('refuses no proof, two proofs, and what is no JWS', async () => {
  await assert.rejects(check(undefined), refusedWith('dpop_missing'));
  await assert.rejects(check([proof(), proof()]), refusedWith('dpop_malformed'));
  await assert.rejects(check([`${proof()}, ${proof()}`]), refusedWith('jws_malformed'));
  await assert.rejects(check(['a.b']), refusedWith('jws_malformed'));
  await assert.rejects(check([`${proof()}=`]), refusedWith('jws_malformed'));
  await assert.rejects(check([proof({ payload: { more: 'x'.repeat(5000) } })]), refusedWith('jws_malformed'));
});

test('takes a proof once, for as long as it is acceptable', async () => {
  const memory = replayMemory(10);
  const once = proof({ payload: { iat: NOW + 5 } });
  await check([once], {}, memory);
  await assert.rejects(check([once], {}, memory), refusedWith('dpop_replayed'));
  await assert.rejects(check([once], {}, memory, NOW + 65), refusedWith('dpop_replayed'));
  await assert.rejects(check([once], {}, memory, NOW + 66), refusedWith('dpop_time'));
});

test('a proof that was refused for another reason does not use its id up', async () => {
  const memory = replayMemory(10);
  const once = proof();
  await assert.rejects(check([once], { method: 'GET' }, memory), refusedWith('dpop_method'));
  await check([once], {}, memory);
});

test('a memory that is full refuses what is new, keeps what it has, and forgets what is over', async () => {
  const memory = replayMemory(2);
  const first = proof();
  await check([first], {}, memory);
  await check([proof()], {}, memory);
  await assert.rejects(check([proof()], {}, memory), refusedWith('dpop_memory_full'));
  await assert.rejects(check([first], {}, memory), refusedWith('dpop_replayed'));
  await check([proof({ payload: { iat: NOW + 70 } })], {}, memory, NOW + 70);
});

test('a memory that forgets and takes for a long time holds exactly what is still valid', () => {
  const memory = replayMemory(3000);
  for (let second = 0; second < 400; second++) {
    for (let n = 0; n < 40; n++) assert.equal(memory.take(`${second} ${n}`, second + 66, second), 'fresh');
    if (second < 66) continue;
    assert.equal(memory.take(`${second - 65} 0`, second + 66, second), 'seen');
    // A key that was forgotten is as good as new, and takes its place among the newest.
    if (second % 20 === 0) assert.equal(memory.take(`${second - 66} 1`, second + 66, second), 'fresh');
  }
});
