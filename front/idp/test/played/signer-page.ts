// SPDX-License-Identifier: Apache-2.0
// The signer's page after login: its tokens, and calls with a proof of possession.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';
import { Browser } from './browser.ts';
import { house, SIGN_ORIGIN } from './house.ts';
import { logIn, type Answer } from './page.ts';
import type { Passkey } from './passkey.ts';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

export interface SignerPage {
  readonly browser: Browser;
  readonly tokens: Tokens;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  proof(method: string, path: string, token?: string): string;
  token(parameters: Readonly<Record<string, string>>): Promise<Answer>;
}

export async function openSignerPage(passkey: Passkey, browser: Browser = new Browser()): Promise<SignerPage> {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const proof = (method: string, path: string, token?: string): string => dpopProof(key, method, `${house.issuer}${path}`, token);
  const token = (parameters: Readonly<Record<string, string>>): Promise<Answer> => tokenRequest(parameters, proof('POST', '/oauth2/token'));
  const tokens = (await token(await codeFor(passkey, browser))).body as unknown as Tokens;
  const call = async (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const proven = { authorization: `DPoP ${tokens.access_token}`, dpop: proof(method, path, tokens.access_token), origin: SIGN_ORIGIN };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${house.issuer}${path}`, { method, headers: { ...type, ...proven, ...headers }, ...sent });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  return { browser, tokens, proof, token, get: (path, headers) => call('GET', path, undefined, headers), post: (path, body, headers) => call('POST', path, body, headers) };
}

async function codeFor(passkey: Passkey, browser: Browser): Promise<Record<string, string>> {
  const verifier = toBase64url(random(32));
  const redirect = `${SIGN_ORIGIN}/callback`;
  const code_challenge = toBase64url(sha256(utf8(verifier)));
  const fixed = { client_id: 'sic', response_type: 'code', scope: 'signer', state: 's', code_challenge_method: 'S256' };
  const parameters = { ...fixed, redirect_uri: redirect, code_challenge };
  const at = await browser.go(`${house.issuer}/oauth2/authorize?${new URLSearchParams(parameters).toString()}`);
  const back = at.pathname === '/login' ? await logIn(browser, at, passkey) : at;
  return { grant_type: 'authorization_code', client_id: 'sic', code: back.searchParams.get('code') ?? '', code_verifier: verifier, redirect_uri: redirect };
}

async function tokenRequest(parameters: Readonly<Record<string, string>>, proof: string): Promise<Answer> {
  const answer = await fetch(`${house.issuer}/oauth2/token`, { method: 'POST', headers: { dpop: proof, origin: SIGN_ORIGIN }, body: new URLSearchParams(parameters) });
  if (answer.headers.get('access-control-allow-origin') !== SIGN_ORIGIN) throw new Error('the page may not read this answer');
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

export function dpopProof(key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }, method: string, url: string, token?: string): string {
  const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
  const { x, y } = key.publicKey.export({ format: 'jwk' });
  const ath = token === undefined ? {} : { ath: toBase64url(sha256(utf8(token))) };
  const claims = { htm: method, htu: url, jti: toBase64url(random(16)), iat: Math.floor(Date.now() / 1000), ...ath };
  const input = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } })}.${part(claims)}`;
  return `${input}.${toBase64url(sign('sha256', utf8(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }))}`;
}
