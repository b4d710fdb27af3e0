// SPDX-License-Identifier: Apache-2.0
// What the IdP takes from the ceremony as given: who this deployment is, where its doors are, which SAM signs, which clients may ask.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, fromHex } from '@sigillo/standards/bytes';
import { flag, list, object, string, type Reader } from '@sigillo/wire';

export interface Deployment {
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
  readonly issuer: string;
  readonly signOrigin: string;
  readonly ssaUrl: string;
  readonly scaUrl: string;
  readonly rpId: string;
}

export type ClientKind = 'page' | 'service' | 'officer';

export interface ClientRow {
  readonly clientId: string;
  readonly name: string;
  readonly kind: ClientKind;
  readonly tokenBinding: 'dpop' | 'bearer';
  readonly redirectUris: readonly string[];
  readonly jwks: { readonly keys: readonly Readonly<Record<string, string>>[] } | null;
  readonly scopes: readonly string[];
  readonly hashOnly: boolean;
}

function parsed(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

/** Only the members that the IdP uses; the file says more to other rooms. */
export function readDeployment(folder: string): Deployment {
  const file = parsed(folder, 'deployment.json') as Readonly<Record<string, unknown>>;
  const text = (name: string): string => string(file[name], `deployment.json ${name}`);
  return {
    deploymentId: fromHex(text('deploymentId')),
    samId: fromHex(text('samId')),
    issuer: text('issuer'),
    signOrigin: text('signOrigin'),
    ssaUrl: text('ssaUrl'),
    scaUrl: text('scaUrl'),
    rpId: text('rpId'),
  };
}

export function readSamKey(folder: string): KeyObject {
  const file = parsed(folder, 'sam.json') as Readonly<Record<string, unknown>>;
  const spki = fromBase64(string(file['identityPublicKey'], 'sam.json identityPublicKey'));
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('sam.json: the identity key is not a P-256 key');
  return key;
}

function oneOf<const V extends string>(...values: readonly V[]): Reader<V> {
  return (value, key) => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw new Error(`${key} is none of ${values.join(', ')}`);
    return found;
  };
}

const publicJwk: Reader<Readonly<Record<string, string>>> = (value, key) => {
  const jwk = value as Record<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${key} is not a key`);
  if (jwk['kty'] === 'oct' || 'd' in jwk || 'k' in jwk) throw new Error(`${key} is not a public key`);
  return Object.fromEntries(Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

const keySet = object({ keys: list(publicJwk) });

const clientRows = list(
  object({
    clientId: string,
    name: string,
    kind: oneOf('page', 'service', 'officer'),
    tokenBinding: oneOf('dpop', 'bearer'),
    redirectUris: list(string),
    jwks: (value, key) => (value === null ? null : keySet(value, key)),
    scopes: list(string),
    hashOnly: flag,
  }),
);

export function readClients(folder: string): readonly ClientRow[] {
  return clientRows(parsed(folder, 'clients.json'), 'clients.json');
}
