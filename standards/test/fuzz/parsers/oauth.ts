// SPDX-License-Identifier: Apache-2.0
// JWS parts are put together again: base64url has one spelling, and inside it a second JSON reader must find the same. Behind the signature, which is a
// power and says yes here, the proof and the token are compared with what that second reader found. A scheme may be written in any case (RFC 9110
// section 11.1): of an Authorization header, everything else is compared.
import { fromBase64url, toBase64url, utf8 } from '@sigillo/standards/bytes';
import { type DpopRequest, type JsonObject, OAuthError, parseAuthorization, parseCompactJws, parsePublicJwk, readAccessToken, replayMemory, thumbprint, verifyDpopProof } from '@sigillo/standards/oauth';
import type { Mutation } from '../mutate-bytes.ts';
import { jsonMutation, jsonTextMutation } from '../mutate-json.ts';
import { textMutations } from '../mutate-text.ts';
import type { AnyParser, Parser } from '../parser.ts';
import { readJsonAgain } from './json-again.ts';
import { refusesWith } from './refusals.ts';
import { filler, sha256 } from './sample-der.ts';

const isRefusal = refusesWith(OAuthError);
const NOW = 1_800_000_000;
const TARGET = 'https://ssa.example/csc/v2/signatures/signHash';
const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
const JWK = { kty: 'EC', crv: 'P-256', x: toBase64url(filler(32, 1)), y: toBase64url(filler(32, 2)) } as const;

const jws = (...parts: readonly object[]): string => `${parts.map((part) => toBase64url(utf8(JSON.stringify(part)))).join('.')}.${toBase64url(filler(64, 3))}`;
const PROOFS = [
  jws({ typ: 'dpop+jwt', alg: 'ES256', jwk: JWK }, { jti: 'id-1', htm: 'POST', htu: TARGET, iat: NOW, ath: toBase64url(sha256(utf8(TOKEN))) }),
  jws({ typ: 'dpop+jwt', alg: 'ES256', jwk: { ...JWK, kid: 'a' } }, { htu: `${TARGET}?a=b#c`, iat: NOW - 59.5, htm: 'POST', ath: toBase64url(sha256(utf8(TOKEN))), jti: '2' }),
];
const TOKENS = [
  { iss: 'https://idp.example', aud: 'urn:sigillo:ssa', sub: 'ab', client_id: 'c', jti: 'j', iat: NOW, exp: NOW + 60, scope: 'service  signer', cnf: { jkt: 'A'.repeat(43) } },
  { iss: 'https://idp.example', aud: ['urn:sigillo:ssa'], client_id: 'c', jti: 'j', iat: NOW, nbf: NOW, exp: NOW + 1e9, credential: { hashes: ['qLEg'] } },
];

/** One part of a JWS taken out of its base64url, changed as JSON, and put back. */
export const jwsMutation: Mutation<string> = (input, random, other) => {
  const parts = input.split('.');
  const at = random.below(parts.length);
  const part = bytesOf(parts[at]!);
  if (part === undefined || random.once(4)) return random.pick(textMutations)(input, random, other);
  return parts.with(at, toBase64url(jsonMutation(part, random, bytesOf(other.split('.')[at] ?? '') ?? part))).join('.');
};

function bytesOf(text: string): Uint8Array | undefined {
  return /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined;
}

function sameJws(input: string): string {
  const { header, payload, signingInput, signature } = parseCompactJws(input, 4096);
  const again = input.split('.').slice(0, 2).map((part) => readJsonAgain(fromBase64url(part)));
  const found = JSON.stringify([header, payload]);
  return found === JSON.stringify(again) ? `${new TextDecoder().decode(signingInput)}.${toBase64url(signature)}` : found;
}

const compact: Parser<string> = { name: 'compact-jws', valid: PROOFS, mutations: [jwsMutation], isRefusal, respell: sameJws };

const request: Omit<DpopRequest, 'proofs'> = { method: 'POST', url: TARGET, accessToken: TOKEN };
const proof: Parser<string> = {
  name: 'dpop-proof',
  valid: PROOFS,
  mutations: [jwsMutation],
  isRefusal,
  async respell(input) {
    const powers = { sha256, verify: () => undefined, memory: replayMemory(1) };
    const { jwk, thumbprint: held } = await verifyDpopProof({ ...request, proofs: [input] }, powers, { nowSeconds: NOW });
    const { header } = parseCompactJws(input, 4096);
    const named = parsePublicJwk(header['jwk']);
    return held === thumbprint(named, sha256) && JSON.stringify(jwk) === JSON.stringify(named) ? sameJws(input) : held;
  },
};

const authorization: Parser<string> = {
  name: 'authorization-header',
  valid: [`DPoP ${TOKEN}`, `Bearer ${TOKEN}`, `bearer ${toBase64url(filler(30, 1))}==`],
  mutations: [(input) => input.toUpperCase(), (input) => input.replace(' ', '  '), (input) => `${input}, ${input}`],
  isRefusal,
  respell(input) {
    const { scheme, token } = parseAuthorization([input]);
    return input.slice(0, scheme.length).toLowerCase() === scheme.toLowerCase() ? `${input.slice(0, scheme.length)} ${token}` : scheme;
  },
  lengthMax: 256,
};

const token: Parser<string> = {
  name: 'access-token-claims',
  valid: TOKENS.map((claims) => JSON.stringify(claims)),
  mutations: [jsonTextMutation],
  isRefusal: (error) => isRefusal(error) || error instanceof SyntaxError,
  respell(input) {
    const claims: unknown = JSON.parse(input);
    const { tokenId, clientId, subject = clientId, scopes, expires, boundTo } = readAccessToken({ typ: 'at+jwt' }, claims, { issuer: 'https://idp.example', audience: 'urn:sigillo:ssa', nowSeconds: NOW });
    const { jti, client_id, sub = client_id, scope, exp, cnf } = claims as JsonObject;
    const given = [jti, client_id, sub, typeof scope === 'string' ? scope.split(/ +/).filter(Boolean).join(' ') : '', exp, (cnf as JsonObject | undefined)?.['jkt']];
    const read = [tokenId, clientId, subject, scopes.join(' '), expires, boundTo];
    return JSON.stringify(given) === JSON.stringify(read) ? input : JSON.stringify(read);
  },
};

const jwk: Parser<string> = {
  name: 'public-jwk',
  valid: [JSON.stringify(JWK)],
  mutations: [jsonTextMutation],
  isRefusal: (error) => isRefusal(error) || error instanceof SyntaxError,
  respell(input) {
    const given: unknown = JSON.parse(input);
    const { kty, crv, x, y } = parsePublicJwk(given);
    return JSON.stringify(given) === JSON.stringify({ ...(given as object), kty, crv, x, y }) ? input : JSON.stringify({ kty, crv, x, y });
  },
};

export const ofOauth: readonly AnyParser[] = [compact, proof, authorization, token, jwk];
