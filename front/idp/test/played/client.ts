// SPDX-License-Identifier: Apache-2.0
// An application: openid-client, as a developer would use it.
import * as oidc from 'openid-client';
import { Browser } from './browser.ts';
import { CALLBACK, house } from './house.ts';
import { approvedUrl, beginApproval, logIn } from './page.ts';
import type { Passkey } from './passkey.ts';

export type Tokens = oidc.TokenEndpointResponse;

export const SHA256 = '2.16.840.1.101.3.4.2.1';
export const KEY_ID = 'ab'.repeat(16);
export const DETAILS_TYPE = 'https://cloudsignatureconsortium.org/2025/credential';
export const HASHES = ['sTOgwOm+474gFj0q0x1iSNspKqbcse4IeiqlDg/HWuI=', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='] as const;

export interface Asked {
  readonly url: URL;
  readonly checks: { readonly pkceCodeVerifier: string; readonly expectedState: string };
}

export class Application {
  readonly config: oidc.Configuration;
  readonly dpop: oidc.DPoPHandle | undefined;
  readonly callback: string;

  private constructor(config: oidc.Configuration, dpop: oidc.DPoPHandle | undefined, callback: string) {
    this.config = config;
    this.dpop = dpop;
    this.callback = callback;
  }

  static async open(clientId: string, options: { readonly dpop?: boolean; readonly callback?: string; readonly key?: oidc.CryptoKey } = {}): Promise<Application> {
    const authentication = clientId === 'sic' ? oidc.None() : oidc.PrivateKeyJwt({ key: options.key ?? (await clientKey(clientId)), kid: clientId });
    const config = await oidc.discovery(new URL(house.issuer), clientId, {}, authentication, { execute: [oidc.allowInsecureRequests] });
    const dpop = options.dpop === false ? undefined : oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
    return new Application(config, dpop, options.callback ?? CALLBACK);
  }

  get #proof(): { readonly DPoP?: oidc.DPoPHandle } {
    return this.dpop === undefined ? {} : { DPoP: this.dpop };
  }

  async #start(parameters: Readonly<Record<string, string>>): Promise<{ readonly all: Record<string, string>; readonly checks: Asked['checks'] }> {
    const checks = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState() };
    const all = {
      redirect_uri: this.callback,
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      ...parameters,
    };
    return { all, checks };
  }

  /** With a pushed request. */
  async push(parameters: Readonly<Record<string, string>>): Promise<Asked> {
    const { all, checks } = await this.#start(parameters);
    return { url: await oidc.buildAuthorizationUrlWithPAR(this.config, all, this.#proof), checks };
  }

  /** With the parameters in the address, as the page does. */
  async ask(parameters: Readonly<Record<string, string>>): Promise<Asked> {
    const { all, checks } = await this.#start(parameters);
    return { url: oidc.buildAuthorizationUrl(this.config, all), checks };
  }

  redeem(at: URL, asked: Asked, parameters: Record<string, string> = {}): Promise<Tokens & oidc.TokenEndpointResponseHelpers> {
    return oidc.authorizationCodeGrant(this.config, at, asked.checks, parameters, this.#proof);
  }

  refresh(token: string): Promise<Tokens> {
    return oidc.refreshTokenGrant(this.config, token, {}, this.#proof);
  }

  ownToken(parameters: Record<string, string>): Promise<Tokens> {
    return oidc.clientCredentialsGrant(this.config, parameters, this.#proof);
  }
}

function clientKey(clientId: string): Promise<oidc.CryptoKey> {
  const der = house.clientKeys[clientId]!.export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
}

export function details(changes: Readonly<Record<string, unknown>> = {}): string {
  const documentDigests = HASHES.map((hash, i) => ({ hash, label: `contract ${i + 1}.pdf` }));
  return JSON.stringify([{ type: DETAILS_TYPE, credentialID: KEY_ID, documentDigests, hashAlgorithmOID: SHA256, ...changes }]);
}

/** A credential request up to the approve screen, by a signer who logs in on the way. */
export async function toApproval(application: Application, passkey: Passkey, parameters: Readonly<Record<string, string>> = { authorization_details: details() }, browser: Browser = new Browser()) {
  const asked = await application.push(parameters);
  const first = await browser.go(asked.url);
  const screen = first.pathname === '/login' ? await logIn(browser, first, passkey) : first;
  return { asked, browser, screen };
}

/** The whole way of a credential token. */
export async function credentialToken(application: Application, passkey: Passkey, parameters?: Readonly<Record<string, string>>): Promise<Tokens> {
  const { asked, browser, screen } = await toApproval(application, passkey, parameters);
  const begun = await beginApproval(screen);
  const back = await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims)));
  return application.redeem(back, asked);
}

/** The error a promise of openid-client ends with, as `code: text`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (cause) {
    const { error, error_description: text } = cause as { error?: string; error_description?: string };
    if (error !== undefined) return `${error}: ${text ?? ''}`;
    throw cause;
  }
  return 'accepted';
}
