// SPDX-License-Identifier: Apache-2.0
// What an access token says (RFC 9068), once somebody has verified its signature or MAC with the key of the authority that is trusted.
import type { PresentedToken } from './authorization-header.ts';
import { asObject, type JsonObject } from './compact-jws.ts';
import { OAuthError } from './error.ts';

export interface AccessTokenDemand {
  readonly issuer: string;
  /** The token must be for this resource, and for no other. */
  readonly audience: string;
  readonly nowSeconds: number;
  readonly skewSeconds?: number;
}

export interface AccessToken {
  readonly tokenId: string;
  readonly clientId: string;
  /** Undefined where the client acts for itself. */
  readonly subject: string | undefined;
  readonly scopes: readonly string[];
  readonly expires: number;
  /** RFC 7638 thumbprint of the key that the token is bound to; undefined for a bearer token. */
  readonly boundTo: string | undefined;
  /** All claims, for what only one resource understands. */
  readonly claims: JsonObject;
}

/** Reads the verified header and claims of an access token against what this resource demands. */
export function readAccessToken(header: JsonObject, claims: unknown, demand: AccessTokenDemand): AccessToken {
  if (header['typ'] !== 'at+jwt' && header['typ'] !== 'application/at+jwt') throw new OAuthError('token_type');
  const given = asObject(claims, 'token_malformed');
  if (given['iss'] !== demand.issuer) throw new OAuthError('token_issuer');
  if (!isOnly(given['aud'], demand.audience)) throw new OAuthError('token_audience');
  const expires = seconds(given['exp']);
  if (expires <= demand.nowSeconds) throw new OAuthError('token_expired');
  const begins = Math.max(seconds(given['iat']), given['nbf'] === undefined ? 0 : seconds(given['nbf']));
  if (begins > demand.nowSeconds + (demand.skewSeconds ?? 5)) throw new OAuthError('token_not_yet_valid');
  const subject = given['sub'] === undefined ? undefined : text(given['sub']);
  const clientId = text(given['client_id']);
  return {
    tokenId: text(given['jti']),
    clientId,
    // A client that acts for itself is its own subject (RFC 9068 section 2.2).
    subject: subject === clientId ? undefined : subject,
    scopes: scopesOf(given['scope']),
    expires,
    boundTo: boundTo(given['cnf']),
    claims: given,
  };
}

/** A bound token comes with the DPoP scheme and a proof, an unbound one as a bearer token; a bound token as bearer was stolen (RFC 9449 section 7.1). */
export function requireScheme(presented: PresentedToken, token: AccessToken): void {
  if ((presented.scheme === 'DPoP') !== (token.boundTo !== undefined)) throw new OAuthError('token_binding');
}

export function requireScope(token: AccessToken, scope: string): void {
  if (!token.scopes.includes(scope)) throw new OAuthError('token_scope');
}

function isOnly(audience: unknown, wanted: string): boolean {
  if (Array.isArray(audience)) return audience.length === 1 && audience[0] === wanted;
  return audience === wanted;
}

function scopesOf(scope: unknown): readonly string[] {
  if (scope === undefined) return [];
  if (typeof scope !== 'string' || scope.length > 1024) throw new OAuthError('token_malformed');
  return scope.split(' ').filter((part) => part !== '');
}

function boundTo(confirmation: unknown): string | undefined {
  if (confirmation === undefined) return undefined;
  const { jkt } = asObject(confirmation, 'token_malformed');
  if (typeof jkt !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(jkt)) throw new OAuthError('token_malformed');
  return jkt;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 255) throw new OAuthError('token_malformed');
  return value;
}

function seconds(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new OAuthError('token_malformed');
  return value;
}
