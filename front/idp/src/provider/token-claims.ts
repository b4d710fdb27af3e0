// SPDX-License-Identifier: Apache-2.0
// What stands in an access token. A credential token carries the handle of the approved operation and its credential; the list of digests
// stays out of it, because the SAM has that list and believes nobody else's copy.
import { errors, type AccessToken, type ClientCredentials, type JWTStructured, type KoaContextWithOIDC } from 'oidc-provider';
import type { Approvals } from '../database/approvals.ts';
import type { IssuedTokens } from '../database/issued-tokens.ts';
import type { Sessions } from '../database/sessions.ts';
import type { Clients } from './clients.ts';

export interface ClaimSources {
  readonly clients: Clients;
  readonly approvals: Approvals;
  readonly tokens: IssuedTokens;
  readonly sessions: Sessions;
}

export function tokenClaims({ clients, approvals, tokens, sessions }: ClaimSources) {
  return async (ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials, { payload }: JWTStructured): Promise<void> => {
    const { tokenBinding } = clients.known(token.clientId ?? '');
    if (token.jkt !== undefined && tokenBinding === 'bearer') throw new errors.InvalidRequest('this client is not registered for DPoP');
    delete payload['authorization_details'];
    if (token.kind === 'ClientCredentials') delete payload['sub'];
    if (payload['scope'] === 'credential') Object.assign(payload, await activation(approvals, token));
    await remember(tokens, token, payload);
    if (token.kind === 'AccessToken') await requireStanding(ctx, token, tokens, sessions);
  };
}

/** A grant or a login that ended while the token was made takes the token with it. */
async function requireStanding(ctx: KoaContextWithOIDC, token: AccessToken, tokens: IssuedTokens, sessions: Sessions): Promise<void> {
  const granted = token.grantId !== undefined && (await ctx.oidc.provider.Grant.find(token.grantId)) !== undefined;
  if (granted && token.sessionUid !== undefined && (await sessions.lives(token.sessionUid))) return;
  await tokens.revoke(token.jti);
  throw new errors.InvalidGrant({ detail: 'ended meanwhile' });
}

async function activation(approvals: Approvals, token: AccessToken | ClientCredentials): Promise<Readonly<Record<string, string>>> {
  const grantId = token.kind === 'AccessToken' ? token.grantId : undefined;
  const found = grantId === undefined ? undefined : await approvals.activationOf(grantId);
  if (found === undefined) throw new errors.InvalidGrant({ detail: 'grant without approval' });
  return { handle: found.handle, credentialID: found.credentialId };
}

function remember(tokens: IssuedTokens, token: AccessToken | ClientCredentials, payload: Readonly<Record<string, unknown>>): Promise<void> {
  const ofSigner = token.kind === 'AccessToken' ? token : undefined;
  return tokens.add({
    jti: payload['jti'] as string,
    clientId: payload['client_id'] as string,
    subject: ofSigner?.accountId ?? null,
    grantId: ofSigner?.grantId ?? null,
    sessionUid: ofSigner?.sessionUid ?? null,
    expiresSeconds: payload['exp'] as number,
  });
}
