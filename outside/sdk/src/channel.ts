// SPDX-License-Identifier: Apache-2.0
// How this application speaks: discovery, its own authentication (private_key_jwt), PKCE, pushed requests, and a key of its own (DPoP) or
// none (bearer).
import { importJWK, type JWK } from 'jose';
import * as oidc from 'openid-client';
import { asServiceError, errorOfResponse, SigningServiceError } from './error.ts';
import type { ServiceInfo } from './types.ts';

export interface ConnectOptions {
  /** Base of the service's CSC API, ending in /csc/v2. */
  readonly baseUrl: string;
  readonly clientId: string;
  /** The client's private key (ES256) as a JWK; its public part is registered at the service. */
  readonly privateKey: JWK;
  /** Where the signer's browser returns to; registered at the service. */
  readonly redirectUri: string;
  /** As the client is registered: with a key of its own for every token, or without. */
  readonly tokens: 'dpop' | 'bearer';
}

/** A step that the signer takes in a browser: send it to `url`, and give `finish` the whole address to which it returned. */
export interface BrowserStep<T> {
  readonly url: URL;
  finish(returned: string | URL): Promise<T>;
}

const ATTEMPTS = 4;
const WAIT_SECONDS_MAX = 5;

export class Channel {
  readonly #base: URL;
  readonly #redirectUri: string;
  readonly #config: oidc.Configuration;
  readonly #dpop: oidc.DPoPHandle | undefined;

  private constructor(base: URL, redirectUri: string, config: oidc.Configuration, dpop: oidc.DPoPHandle | undefined) {
    this.#base = base;
    this.#redirectUri = redirectUri;
    this.#config = config;
    this.#dpop = dpop;
  }

  static async open(options: ConnectOptions): Promise<{ readonly channel: Channel; readonly info: ServiceInfo }> {
    const base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
    const info = await readInfo(base);
    const key = (await importJWK(options.privateKey, 'ES256')) as CryptoKey;
    const identity = options.privateKey.kid === undefined ? key : { key, kid: options.privateKey.kid };
    const issuer = new URL(info.oauth2);
    const execute = isLoopback(issuer) ? [oidc.allowInsecureRequests] : [];
    const config = await asServiceError(() => oidc.discovery(issuer, options.clientId, undefined, oidc.PrivateKeyJwt(identity), { execute }));
    const dpop = options.tokens === 'dpop' ? oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) : undefined;
    return { channel: new Channel(base, options.redirectUri, config, dpop), info };
  }

  /** Pushes a request and returns the browser step that ends in a token. */
  async authorize(parameters: Readonly<Record<string, string>>): Promise<BrowserStep<string>> {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const request = { ...parameters, redirect_uri: this.#redirectUri, code_challenge, code_challenge_method: 'S256', state };
    const url = await asServiceError(() => oidc.buildAuthorizationUrlWithPAR(this.#config, request, this.#options()));
    const checks = { pkceCodeVerifier: verifier, expectedState: state };
    const finish = async (returned: string | URL): Promise<string> => {
      const tokens = await asServiceError(() => oidc.authorizationCodeGrant(this.#config, new URL(returned), checks, undefined, this.#options()));
      return tokens.access_token;
    };
    return { url, finish };
  }

  /** Calls a method. A service that is busy is asked again, after as long as it says: the same call twice has the same answer. */
  async call<T>(method: string, token: string, body: object): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(method, token, body);
      if (response.ok) return (await response.json()) as T;
      if (response.status !== 503 || attempt === ATTEMPTS) throw await errorOfResponse(response);
      await response.body?.cancel();
      const seconds = Math.min(WAIT_SECONDS_MAX, Number(response.headers.get('retry-after') ?? 1) || 1);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }

  #send(method: string, token: string, body: object): Promise<Response> {
    const headers = new Headers({ 'content-type': 'application/json' });
    return asServiceError(() => oidc.fetchProtectedResource(this.#config, token, new URL(method, this.#base), 'POST', JSON.stringify(body), headers, this.#options()));
  }

  #options(): oidc.DPoPOptions {
    return this.#dpop === undefined ? {} : { DPoP: this.#dpop };
  }
}

async function readInfo(base: URL): Promise<ServiceInfo> {
  requireSafe(base);
  const response = await fetch(new URL('info', base), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', redirect: 'error' });
  if (!response.ok) throw await errorOfResponse(response);
  const info = (await response.json()) as ServiceInfo;
  if (typeof info.oauth2 !== 'string' || !URL.canParse(info.oauth2)) throw new SigningServiceError('info_without_oauth2');
  requireSafe(new URL(info.oauth2));
  return info;
}

/** Plain HTTP is for a service on this very machine only. */
function requireSafe(url: URL): void {
  if (url.protocol !== 'https:' && !isLoopback(url)) throw new SigningServiceError('address_not_https');
}

function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
}
