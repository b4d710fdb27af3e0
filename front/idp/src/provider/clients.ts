// SPDX-License-Identifier: Apache-2.0
// Registered clients, as oidc-provider wants to know them. All kinds: PKCE, exact return addresses, keys instead of secrets.
import type { ClientMetadata } from 'oidc-provider';
import { DETAILS_TYPES } from '../credential-request/from-details.ts';
import type { ClientKind, ClientRow, Deployment } from '../public-files.ts';
import { mustPush } from './checks/must-push.ts';

export interface Clients {
  readonly metadata: readonly ClientMetadata[];
  get(clientId: string): ClientRow | undefined;
  /** As `get`, for ids that oidc-provider has found already. */
  known(clientId: string): ClientRow;
  /** Whether this is the SCA of this deployment. */
  isSca(row: ClientRow): boolean;
}

export function registerClients(rows: readonly ClientRow[], deployment: Deployment): Clients {
  const byId = new Map(rows.map((row) => [row.clientId, row]));
  if (byId.size !== rows.length) throw new Error('clients.json names a client twice');
  return {
    metadata: rows.map((row) => asMetadata(row, deployment)),
    get: (clientId) => byId.get(clientId),
    known(clientId) {
      const row = byId.get(clientId);
      if (row === undefined) throw new Error('client without a row');
      return row;
    },
    isSca: (row) => isSca(row, deployment),
  };
}

function asMetadata(row: ClientRow, deployment: Deployment): ClientMetadata {
  const confidential = row.kind !== 'page';
  if (confidential !== (row.jwks !== null)) throw new Error(`clients.json: ${row.clientId} must ${confidential ? '' : 'not '}have keys`);
  return {
    client_id: row.clientId,
    client_name: row.name,
    application_type: 'web',
    redirect_uris: [...row.redirectUris],
    response_types: row.kind === 'officer' ? [] : ['code'],
    grant_types: [...grantTypes(row, deployment)],
    scope: row.scopes.join(' '),
    token_endpoint_auth_method: confidential ? 'private_key_jwt' : 'none',
    dpop_bound_access_tokens: row.tokenBinding === 'dpop',
    require_pushed_authorization_requests: mustPush(row),
    authorization_details_types: row.scopes.includes('credential') ? [...DETAILS_TYPES] : [],
    id_token_signed_response_alg: 'ES256',
    ...(row.jwks === null ? {} : { jwks: row.jwks }),
  };
}

const GRANT_TYPES: Readonly<Record<ClientKind, readonly string[]>> = {
  page: ['authorization_code', 'refresh_token'],
  service: ['authorization_code'],
  officer: ['client_credentials'],
};

/** The SCA needs certificates before any signer has approved anything, so it may have a service token of its own. */
function grantTypes(row: ClientRow, deployment: Deployment): readonly string[] {
  return isSca(row, deployment) ? [...GRANT_TYPES.service, 'client_credentials'] : GRANT_TYPES[row.kind];
}

/** It is known by its return address. */
function isSca({ kind, redirectUris }: ClientRow, { scaUrl }: Deployment): boolean {
  return kind === 'service' && redirectUris.length > 0 && redirectUris.every((uri) => uri.startsWith(`${scaUrl}/`));
}
