// SPDX-License-Identifier: Apache-2.0
// The configuration of oidc-provider: everything off but what CSC and the signer's page need, each choice with the file that explains it.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, Provider, type Account, type Adapter, type Configuration, type JWK, type KoaContextWithOIDC } from 'oidc-provider';
import type { Approvals } from '../database/approvals.ts';
import type { IssuedTokens } from '../database/issued-tokens.ts';
import type { Sessions } from '../database/sessions.ts';
import type { Powers } from '../powers.ts';
import type { Deployment } from '../public-files.ts';
import { requireOneAudience } from './checks/assertion-audience.ts';
import { proofKeyRequired } from './checks/proof-key.ts';
import type { Clients } from './clients.ts';
import { detailsForToken } from './details.ts';
import { DETAILS_TYPES } from '../credential-request/from-details.ts';
import { lifetimes } from './lifetimes.ts';
import { loginNeeded, prompts } from './policy.ts';
import { CSC_PARAMETERS, requestCheck } from './request-check.ts';
import { openResources, type Resources } from './resources.ts';
import { revocation } from './revocation.ts';
import { tokenClaims } from './token-claims.ts';
import { unavailable } from './unavailable.ts';

export interface ProviderParts {
  readonly deployment: Deployment;
  readonly clients: Clients;
  readonly adapter: (model: string) => Adapter;
  readonly approvals: Approvals;
  readonly tokens: IssuedTokens;
  readonly sessions: Sessions;
  readonly signingKey: KeyObject;
  readonly signingJwk: JWK;
  readonly cookieKeys: readonly string[];
  readonly credentialTokenKey: Uint8Array;
  readonly powers: Powers;
}

const ASSERTION_SECONDS_MAX = 600;

export function openProvider(parts: ProviderParts): Provider {
  const resources = openResources(parts.deployment, parts.credentialTokenKey);
  const provider = new Provider(parts.deployment.issuer, configuration(parts, resources));
  provider.silent = true;
  const keys = { issuer: parts.deployment.issuer, signing: parts.signingKey, credential: createSecretKey(parts.credentialTokenKey) };
  const awayOrBack = unavailable((ctx, out, error) => renderError(ctx, out, error, parts.deployment.signOrigin));
  provider.use((ctx, next) => awayOrBack(ctx as KoaContextWithOIDC, next));
  provider.use((ctx, next) => revocation(parts.tokens, keys)(ctx as KoaContextWithOIDC, next));
  return provider;
}

function configuration(parts: ProviderParts, resources: Resources): Configuration {
  const { deployment, clients } = parts;
  const kindOf = (client: { readonly clientId: string }) => clients.known(client.clientId).kind;
  const check = requestCheck(clients, deployment.scaUrl);
  return {
    adapter: parts.adapter,
    clients: [...clients.metadata],
    clientDefaults: { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'private_key_jwt' },
    jwks: { keys: [parts.signingJwk] },
    cookies: { keys: [...parts.cookieKeys], long: { httpOnly: true, sameSite: 'lax' }, short: { httpOnly: true, sameSite: 'lax' } },
    scopes: ['signer', 'service', 'credential', 'officer'],
    responseTypes: ['code'],
    pkce: { required: proofKeyRequired },
    clientAuthMethods: ['private_key_jwt', 'none'],
    enabledJWA: ALGORITHMS,
    routes: ROUTES,
    ttl: lifetimes(parts.powers.nowSeconds),
    extraParams: Object.fromEntries(CSC_PARAMETERS.map((name, i) => [name, i === 0 ? check : null])),
    findAccount: (_ctx, accountId, source) => findAccount(parts.sessions, accountId, source),
    loadExistingGrant: (ctx) => grantFor(ctx, resources, kindOf(clientOf(ctx))),
    interactions: { policy: prompts(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError: (ctx, out, error) => renderError(ctx, out, error, deployment.signOrigin),
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    revokeGrantPolicy: () => true,
    clientBasedCORS: () => false,
    conformIdTokenClaims: true,
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => checkAssertion(claims, deployment.issuer, parts.powers.nowSeconds()),
    formats: { customizers: { jwt: tokenClaims(parts) } },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      claimsParameter: { enabled: false },
      introspection: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client.clientId, token.clientId) },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => resources.of(kindOf(clientOf(ctx))),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => resources.server(resource, kindOf(client)),
      },
      richAuthorizationRequests: {
        enabled: true,
        types: Object.fromEntries(DETAILS_TYPES.map((type) => [type, { validate: () => undefined }])),
        authorizationDetailsForGrantSource: (ctx) => ctx.oidc.grant?.rar,
        authorizationDetailsForAccessToken: (ctx, _token, source) => detailsForToken(ctx, source, deployment.scaUrl),
        authorizationDetailsForIntrospection: () => undefined,
      },
    },
  };
}

const ALGORITHMS: NonNullable<Configuration['enabledJWA']> = {
  clientAuthSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA', 'PS256'],
  idTokenSigningAlgValues: ['ES256'],
  dPoPSigningAlgValues: ['ES256'],
};

/** CSC fixes the ends of these addresses (CSC API 2.0 section 8.4). */
const ROUTES = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  pushed_authorization_request: '/oauth2/pushed_authorize',
  revocation: '/oauth2/revoke',
  jwks: '/oauth2/jwks',
  end_session: '/oauth2/end_session',
} as const;

function clientOf(ctx: KoaContextWithOIDC): { readonly clientId: string } {
  if (ctx.oidc.client === undefined) throw new Error('no client yet');
  return ctx.oidc.client;
}

/** A signer is known by the SAM; the IdP keeps no accounts. Codes and refresh tokens are worth nothing once their login has ended. */
async function findAccount(sessions: Sessions, accountId: string, source: unknown): Promise<Account | undefined> {
  const uid = (source as { readonly sessionUid?: string } | undefined)?.sessionUid;
  if (uid !== undefined && !(await sessions.lives(uid))) return undefined;
  return /^[0-9a-f]{32}$/.test(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined;
}

/** A grant is made for one authorization: by an approval for a credential, and for the other scopes once the login is as it must be. */
async function grantFor(ctx: KoaContextWithOIDC, resources: Resources, kind: 'page' | 'service' | 'officer') {
  const approved = ctx.oidc.result?.consent?.grantId;
  if (approved !== undefined) return ctx.oidc.provider.Grant.find(approved);
  const scope = ctx.oidc.params?.['scope'];
  if (scope === 'credential' || typeof scope !== 'string' || loginNeeded(ctx)) return undefined;
  const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.session!.accountId!, clientId: clientOf(ctx).clientId });
  grant.addResourceScope(resources.of(kind), scope);
  await grant.save();
  return grant;
}

/** For us alone, and no assertion that must be remembered for long. */
function checkAssertion(claims: Readonly<Record<string, unknown>>, issuer: string, nowSeconds: number): void {
  requireOneAudience(claims, issuer);
  const expires = claims['exp'];
  const short = typeof expires === 'number' && expires <= nowSeconds + ASSERTION_SECONDS_MAX;
  if (!short) throw new errors.InvalidClientAuth('the assertion lives too long');
}

function mayRevoke(clientId: string, owner: string | undefined): boolean {
  if (clientId !== owner) throw new errors.InvalidRequest('client is not authorized to revoke the presented token');
  return true;
}

const BROWSER_ROUTES: ReadonlySet<string> = new Set(['authorization', 'resume']);

/** A person is shown errors by the signer's page, never by the IdP; programs get JSON. */
function renderError(ctx: KoaContextWithOIDC, out: { readonly error: string }, error: Error, signOrigin: string): void {
  if (!BROWSER_ROUTES.has(ctx.oidc?.route ?? '')) {
    ctx.body = out;
    return;
  }
  const code = error instanceof errors.SessionNotFound ? 'request_expired' : out.error;
  ctx.redirect(`${signOrigin}/error#code=${encodeURIComponent(code)}`);
  ctx.status = 303;
  // Not null: that would make the answer a 204, at which a browser stays where it is.
  ctx.body = '';
}
