// SPDX-License-Identifier: Apache-2.0
// The IdP, asked like any client asks it: private_key_jwt, pushed requests, PKCE, DPoP with a key that lives as long as this process.
import { subtle, type webcrypto } from 'node:crypto';
import { toBase64, utf8 } from '@sigillo/standards/bytes';
import * as oidc from 'openid-client';
import type { Egress } from '../egress/egress.ts';
import { ServiceError } from './error.ts';

export interface AskedSignature {
  /** The only one who may be asked. */
  readonly signerId: string;
  readonly credentialId: string;
  readonly dtbsr: Uint8Array;
  readonly hashAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly label: string;
  readonly location: { readonly content: string; readonly attributes: string };
  readonly returnState: string;
  readonly codeVerifier: string;
}

export interface Token {
  readonly text: string;
  readonly expiresInSeconds: number;
}

/** How a signer's answer came back. */
export type SignerAnswer = { readonly answer: 'approved'; readonly token: Token } | { readonly answer: 'declined'; readonly reason: string };

export interface AuthorizationServer {
  /** Where the signer's browser goes to approve. */
  ask(asked: AskedSignature): Promise<string>;
  /** What the browser brought back, for a request made before. */
  answerOf(query: string, asked: { readonly returnState: string; readonly codeVerifier: string }): Promise<SignerAnswer>;
  /** A token of this application for itself. */
  serviceToken(): Promise<Token>;
  /** A call with a token and a fresh proof of its key. */
  call(token: Token, url: string, body: unknown): Promise<Response>;
}

export interface AuthorizationServerOptions {
  readonly issuer: string;
  readonly redirectUri: string;
  readonly clientId: string;
  /** The private JWK, as its file has it. */
  readonly clientKey: Uint8Array;
  readonly egress: Egress;
}

const DETAILS_TYPE = 'https://cloudsignatureconsortium.org/2025/credential';
const REASON_CHARACTERS_MAX = 500;

export async function openAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const authentication = oidc.PrivateKeyJwt(await importClientKey(options.clientKey));
  const dpopKey = await oidc.randomDPoPKeyPair('ES256');
  const connect = once(() => discover(options, authentication));
  const dpop = (config: oidc.Configuration): { readonly DPoP: oidc.DPoPHandle } => ({ DPoP: oidc.getDPoPHandle(config, dpopKey) });
  return {
    ask: (asked) =>
      told(async () => {
        const config = await connect();
        const parameters = {
          redirect_uri: options.redirectUri,
          scope: 'credential',
          login_hint: asked.signerId,
          state: asked.returnState,
          code_challenge: await oidc.calculatePKCECodeChallenge(asked.codeVerifier),
          code_challenge_method: 'S256',
          authorization_details: JSON.stringify([detailsOf(asked)]),
        };
        return (await oidc.buildAuthorizationUrlWithPAR(config, parameters, dpop(config))).href;
      }),
    answerOf: (query, { returnState, codeVerifier }) =>
      told(async () => {
        const config = await connect();
        const current = new URL(`${options.redirectUri}?${query}`);
        try {
          const checks = { expectedState: returnState, pkceCodeVerifier: codeVerifier };
          return { answer: 'approved', token: tokenOf(await oidc.authorizationCodeGrant(config, current, checks, undefined, dpop(config))) };
        } catch (cause) {
          if (!(cause instanceof oidc.AuthorizationResponseError) || cause.error !== 'access_denied') throw cause;
          return { answer: 'declined', reason: (cause.error_description ?? '').slice(0, REASON_CHARACTERS_MAX) };
        }
      }),
    serviceToken: () =>
      told(async () => {
        const config = await connect();
        return tokenOf(await oidc.clientCredentialsGrant(config, { scope: 'service' }, dpop(config)));
      }),
    call: (token, url, body) =>
      told(async () => {
        const config = await connect();
        const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
        return oidc.fetchProtectedResource(config, token.text, new URL(url), 'POST', utf8(JSON.stringify(body)), headers, dpop(config));
      }),
  };
}

async function importClientKey(file: Uint8Array): Promise<{ readonly key: CryptoKey; readonly kid: string }> {
  const jwk = JSON.parse(Buffer.from(file).toString('utf8')) as webcrypto.JsonWebKey & { readonly kid: string };
  const key = await subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return { key, kid: jwk.kid };
}

async function discover({ issuer, clientId, egress }: AuthorizationServerOptions, authentication: oidc.ClientAuth): Promise<oidc.Configuration> {
  const settings: oidc.DiscoveryRequestOptions = {
    [oidc.customFetch]: egress,
    // Loopback addresses are plain HTTP; everywhere else the library goes on demanding TLS.
    execute: new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
  };
  return oidc.discovery(new URL(issuer), clientId, { dpop_bound_access_tokens: true }, authentication, settings);
}

function detailsOf(asked: AskedSignature): Readonly<Record<string, unknown>> {
  return {
    type: DETAILS_TYPE,
    credentialID: asked.credentialId,
    numSignatures: 1,
    documentDigests: [{ hash: toBase64(asked.dtbsr), label: asked.label }],
    hashAlgorithmOID: asked.hashAlgorithm,
    signAlgo: asked.signatureAlgorithm,
    documentLocations: [asked.location],
  };
}

function tokenOf(answer: oidc.TokenEndpointResponse): Token {
  if (answer.token_type.toLowerCase() !== 'dpop') throw new ServiceError('service_wrong', { reason: 'token_not_bound' });
  return { text: answer.access_token, expiresInSeconds: answer.expires_in ?? 60 };
}

/** The library's errors in the words of this room. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    if (cause instanceof oidc.ResponseBodyError) throw new ServiceError(cause.status >= 500 ? 'service_unavailable' : 'service_refused', { cause, reason: cause.error });
    if (cause instanceof oidc.AuthorizationResponseError) throw new ServiceError('service_refused', { cause, reason: cause.error });
    if (cause instanceof oidc.WWWAuthenticateChallengeError) throw new ServiceError('service_refused', { cause, reason: 'token_refused' });
    throw new ServiceError('service_unavailable', { cause });
  }
}

/** Made when first needed; a failure is forgotten, so that the next call tries anew. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}
