// SPDX-License-Identifier: Apache-2.0
// For whom a token is. A kind of client has one resource, so a CSC client needs to name none, and can name no other.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type ResourceServer } from 'oidc-provider';
import type { ClientKind, Deployment } from '../public-files.ts';
import { TOKEN_SECONDS } from './lifetimes.ts';

export const SIGNER_RESOURCE = 'urn:sigillo:signer';

export interface Resources {
  of(kind: ClientKind): string;
  server(resource: string, kind: ClientKind): ResourceServer;
}

const SCOPES: Readonly<Record<ClientKind, string>> = { page: 'signer', service: 'service credential', officer: 'officer' };
const KEY_LENGTH = 32;

/** Tokens for the SSA are MACed under a key that it shares; the signer's own are signed, because the SCA reads them too. */
export function openResources(deployment: Deployment, credentialTokenKey: Uint8Array): Resources {
  if (credentialTokenKey.length !== KEY_LENGTH) throw new Error('the credential token key does not have 32 bytes');
  const key = createSecretKey(credentialTokenKey);
  const identifiers: Readonly<Record<ClientKind, string>> = {
    page: SIGNER_RESOURCE,
    service: `${deployment.ssaUrl}/csc/v2`,
    officer: `${deployment.ssaUrl}/officer/v1`,
  };
  return {
    of: (kind) => identifiers[kind],
    server(resource, kind) {
      if (resource !== identifiers[kind]) throw new errors.InvalidTarget();
      return resourceServer(resource, kind, key);
    },
  };
}

function resourceServer(resource: string, kind: ClientKind, key: KeyObject): ResourceServer {
  return {
    scope: SCOPES[kind],
    audience: resource,
    accessTokenTTL: TOKEN_SECONDS[kind],
    accessTokenFormat: 'jwt',
    jwt: { sign: kind === 'page' ? { alg: 'ES256' } : { alg: 'HS256', key } },
  };
}
