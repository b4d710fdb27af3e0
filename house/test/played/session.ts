// SPDX-License-Identifier: Apache-2.0
// The page's session: a token for the signer's doors, bound to a key (RFC 9449), and calls with it.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer other than 2xx, where the caller expected one. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;

  constructor(what: string, { status, body }: Answer) {
    const code = (body['code'] ?? body['error'] ?? '') as string;
    super(`${what}: ${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.code = code;
  }
}

export class PageSession {
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #origin: string;
  token = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  async call(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return requireGood(`${method} ${new URL(url).pathname}`, await read(await this.send(method, url, { ...sent, headers: body === undefined ? {} : { 'content-type': 'application/json' } })));
  }

  send(method: string, url: string, init: { readonly body?: BodyInit; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Response> {
    return fetch(url, { method, ...init, redirect: 'error', headers: { ...init.headers, origin: this.#origin, authorization: `DPoP ${this.token}`, dpop: proof(this.#key, method, url, this.token) } });
  }

  /** Redeems a code of the IdP; from then on the session has a token. */
  async redeem(tokenEndpoint: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    const answer = await fetch(tokenEndpoint, { method: 'POST', headers: { origin: this.#origin, dpop: proof(this.#key, 'POST', tokenEndpoint) }, body: new URLSearchParams(parameters) });
    this.token = String(requireGood('token', await read(answer))['access_token']);
  }
}

/** A JSON call without a session. */
export async function post(url: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), redirect: 'error' });
  return requireGood(new URL(url).pathname, await read(answer));
}

async function read(answer: Response): Promise<Answer> {
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
}

function requireGood(what: string, answer: Answer): Answer['body'] {
  if (answer.status < 200 || answer.status > 299) throw new Refused(what, answer);
  return answer.body;
}

function proof({ privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }, htm: string, url: string, token?: string): string {
  const { x, y } = publicKey.export({ format: 'jwk' });
  const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
  const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
  const claims = { htm, htu: url.split('?')[0], jti: randomBytes(16).toString('hex'), iat: Math.floor(Date.now() / 1000), ...ath };
  const input = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } })}.${part(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
