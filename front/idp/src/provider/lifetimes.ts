// SPDX-License-Identifier: Apache-2.0
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { ClientKind } from '../public-files.ts';

/** A login carries eight hours; sessions and refresh tokens end with it, however often they are used. */
export const SESSION_SECONDS = 8 * 3600;
export const INTERACTION_SECONDS = 3600;
export const TOKEN_SECONDS: Readonly<Record<ClientKind, number>> = { page: 900, service: 3600, officer: 600 };
export const CREDENTIAL_TOKEN_SECONDS = 300;

export function lifetimes(nowSeconds: () => number): NonNullable<Configuration['ttl']> {
  const restOfLogin = (since: number | undefined): number => Math.max(1, (since ?? nowSeconds()) + SESSION_SECONDS - nowSeconds());
  return {
    AuthorizationCode: 60,
    Interaction: INTERACTION_SECONDS,
    Grant: SESSION_SECONDS + INTERACTION_SECONDS,
    Session: (_ctx: KoaContextWithOIDC, session: { readonly loginTs?: number | undefined }) => restOfLogin(session.loginTs),
    RefreshToken: (_ctx: KoaContextWithOIDC, token: { readonly authTime?: number | undefined }) => restOfLogin(token.authTime),
    AccessToken: (_ctx, token) => (token.scopes.has('credential') ? CREDENTIAL_TOKEN_SECONDS : ofResource(token.resourceServer)),
    ClientCredentials: (_ctx, token) => ofResource(token.resourceServer),
    IdToken: CREDENTIAL_TOKEN_SECONDS,
  };
}

/** The shortest where no resource says more. */
function ofResource(server: { readonly accessTokenTTL?: number | undefined } | undefined): number {
  return server?.accessTokenTTL ?? CREDENTIAL_TOKEN_SECONDS;
}
