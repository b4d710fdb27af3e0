// SPDX-License-Identifier: Apache-2.0
// Requests that a well-behaved library would not send.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { random } from '@sigillo/wire';
import { details } from './client.ts';
import { CALLBACK, house } from './house.ts';
import type { Answer } from './page.ts';

export type Form = Readonly<Record<string, string | readonly string[]>>;

export async function form(path: string, fields: Form, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const body = new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one]))));
  const answer = await fetch(`${house.issuer}${path}`, { method: 'POST', headers, body });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
}

export interface AssertionChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
  readonly clientId?: string;
}

/** Fields of private_key_jwt (RFC 7523). */
export function clientAssertion(clientId: string, { claims = {}, key = house.clientKeys[clientId]! }: AssertionChanges = {}): Record<string, string> {
  const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: clientId, sub: clientId, aud: house.issuer, jti: toBase64url(random(16)), iat: now, exp: now + 60, ...claims };
  const input = `${part({ alg: 'ES256' })}.${part(payload)}`;
  const signature = toBase64url(sign('sha256', utf8(input), { key: createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' })), dsaEncoding: 'ieee-p1363' }));
  return { client_id: clientId, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: `${input}.${signature}` };
}

const THUMBPRINT = 'A'.repeat(43);

/** A good pushed request of `example-dpop`, to be spoiled; undefined takes a field away. */
export function pushed(changes: Readonly<Record<string, string | readonly string[] | undefined>> = {}, clientId: string = 'example-dpop'): Form {
  const fields: Readonly<Record<string, string | readonly string[] | undefined>> = {
    ...clientAssertion(clientId),
    response_type: 'code',
    redirect_uri: CALLBACK,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'state',
    dpop_jkt: THUMBPRINT,
    authorization_details: details(),
    ...changes,
  };
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined));
}

export function push(changes?: Readonly<Record<string, string | readonly string[] | undefined>>, clientId?: string): Promise<Answer> {
  return form('/oauth2/pushed_authorize', pushed(changes, clientId));
}
