// SPDX-License-Identifier: Apache-2.0
// What we ask of an authorization request beyond OAuth: one scope, and for a credential a request that a signer can be shown. Runs where a
// request is pushed and again where it is started, after the library's own checks.
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { readCredentialRequest } from '../credential-request/credential-request.ts';
import { CredentialRequestError } from '../credential-request/error.ts';
import type { ClientRow } from '../public-files.ts';
import type { Clients } from './clients.ts';

/** Of any parameter that is not named below. */
const TEXT_LENGTH_MAX = 2048;
const LIST_LENGTH_MAX = 245_760;

const LENGTHS_MAX: Readonly<Record<string, number>> = {
  state: 255,
  login_hint: 255,
  /** A thousand digests, percent-encoded twice. */
  hashes: LIST_LENGTH_MAX,
  hash: LIST_LENGTH_MAX,
  /** A thousand digests with their names. */
  authorization_details: 524_288,
};

/** Parameters of CSC's own beside those of OAuth. */
export const CSC_PARAMETERS = [
  'credentialID', 'numSignatures', 'hashes', 'hash', 'hashAlgorithmOID', 'signAlgo', 'description', 'clientData', 'lang', 'account_token',
] as const;

export function requestCheck(clients: Clients, scaUrl: string): (ctx: KoaContextWithOIDC) => void {
  return (ctx) => {
    const { params, client } = ctx.oidc;
    if (params === undefined || client === undefined) throw new Error('request without client');
    const row = clients.known(client.clientId);
    checkWay(row, ctx.oidc.route);
    checkLengths(params);
    checkOneResource(params);
    params['scope'] = oneScope(params, row);
    if (params['scope'] === 'credential') {
      checkCredential(params, scaUrl);
      if (clients.isSca(row)) checkAddressee(params);
    }
    checkBinding(params, row, ctx.oidc.route);
  };
}

type Parameters = Record<string, unknown>;

function checkLengths(params: Parameters): void {
  const longer = (name: string, max: number): boolean => typeof params[name] === 'string' && params[name].length > max;
  for (const name of Object.keys(params)) {
    if (longer(name, LENGTHS_MAX[name] ?? TEXT_LENGTH_MAX)) throw new errors.InvalidRequest(`Invalid parameter ${name}`);
  }
}

/** The page has no key to prove who it is, so anybody could leave requests here in its name. */
function checkWay(row: ClientRow, route: string): void {
  if (row.kind === 'page' && route === 'pushed_authorization_request') throw new errors.UnauthorizedClient('this client does not push its requests');
}

export function isSignerId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

/** Signers trust the SCA's name more than others, so what it asks in the name of one signer must not reach another. */
function checkAddressee(params: Parameters): void {
  if (!isSignerId(params['login_hint'])) throw new errors.InvalidRequest('login_hint must be the id of the signer');
}

function checkOneResource(params: Parameters): void {
  if (Array.isArray(params['resource'])) throw new errors.InvalidTarget('only one resource can be asked for');
}

/** A token has one scope; CSC's default is `service`, and `authorization_details` mean `credential`. */
function oneScope(params: Parameters, row: ClientRow): string {
  const details = params['authorization_details'] !== undefined;
  const fallback = row.kind === 'page' ? 'signer' : 'service';
  const scope = typeof params['scope'] === 'string' ? params['scope'] : details ? 'credential' : fallback;
  if (scope.includes(' ') || (details && scope !== 'credential')) throw new errors.InvalidScope('only one scope can be asked for', scope);
  if (!row.scopes.includes(scope)) throw new errors.InvalidScope('the scope is not allowed for this client', scope);
  return scope;
}

function checkCredential(params: Parameters, scaUrl: string): void {
  try {
    readCredentialRequest(params, scaUrl);
  } catch (cause) {
    if (!(cause instanceof CredentialRequestError)) throw cause;
    throw cause.inDetails ? new errors.InvalidAuthorizationDetails(cause.message) : new errors.InvalidRequest(cause.message);
  }
}

/** A client that binds its tokens says with which key when it asks: the signer's approval names that key. */
function checkBinding(params: Parameters, row: ClientRow, route: string): void {
  const bound = params['dpop_jkt'] !== undefined;
  if (row.tokenBinding === 'bearer' && bound) throw new errors.InvalidRequest('this client is not registered for DPoP');
  if (row.tokenBinding === 'dpop' && !bound && (route === 'pushed_authorization_request' || row.kind === 'service')) {
    throw new errors.InvalidRequest('a DPoP proof or dpop_jkt is needed');
  }
}
