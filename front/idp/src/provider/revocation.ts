// SPDX-License-Identifier: Apache-2.0
// Revocation of access tokens. They are JWTs, which the library refuses to revoke, but only after it has authenticated the client: exactly
// then this takes over. CSC wants 204 where RFC 7009 says 200.
import { jwtVerify, type JWTPayload } from 'jose';
import type { KeyObject } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { IssuedTokens } from '../database/issued-tokens.ts';

export interface TokenKeys {
  readonly issuer: string;
  readonly signing: KeyObject;
  readonly credential: KeyObject;
}

export function revocation(tokens: IssuedTokens, keys: TokenKeys) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.oidc?.route !== 'revocation') return;
    if ((ctx.body as { error?: unknown } | undefined)?.error === 'unsupported_token_type') await revokeAccessToken(ctx, tokens, keys);
    else if (ctx.status === 200) answerNothing(ctx);
  };
}

async function revokeAccessToken(ctx: KoaContextWithOIDC, tokens: IssuedTokens, keys: TokenKeys): Promise<void> {
  const token = ctx.oidc.params?.['token'];
  const claims = typeof token === 'string' ? await claimsOf(token, keys) : undefined;
  if (claims?.jti === undefined) return answerNothing(ctx);
  if (claims['client_id'] !== ctx.oidc.client?.clientId) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: 'client is not authorized to revoke the presented token' };
    return;
  }
  await tokens.revoke(claims.jti);
  answerNothing(ctx);
}

/** Nothing for what we never issued or what expired: to the client it is as good as revoked (RFC 7009 section 2.2). */
async function claimsOf(token: string, keys: TokenKeys): Promise<JWTPayload | undefined> {
  for (const [algorithm, key] of [['HS256', keys.credential], ['ES256', keys.signing]] as const) {
    try {
      return (await jwtVerify(token, key, { algorithms: [algorithm], issuer: keys.issuer, typ: 'at+jwt' })).payload;
    } catch {
      continue;
    }
  }
  return undefined;
}

function answerNothing(ctx: KoaContextWithOIDC): void {
  ctx.status = 204;
  ctx.body = null;
}
