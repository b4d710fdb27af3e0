// SPDX-License-Identifier: Apache-2.0
// What the SSA takes from the ceremony as given: addresses, the IdP's keys, the registered clients, the kind of keys that are made here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, list, object, string, type Reader } from '@sigillo/wire';

export interface Deployment {
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly signOrigin: string;
  readonly officerOrigin: string;
}

export interface ClientRow {
  readonly clientId: string;
  readonly kind: 'page' | 'service' | 'officer';
  readonly tokenBinding: 'dpop' | 'bearer';
}

export interface PublicKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

export interface PublicFiles {
  readonly deployment: Deployment;
  readonly idpKeys: PublicKeySet;
  readonly clients: ReadonlyMap<string, ClientRow>;
  readonly keyAlgorithm: string;
}

/** The files say more to other rooms; only the members that this room uses are read. */
export function readPublicFiles(folder: string): PublicFiles {
  const deployment = members(folder, 'deployment.json', { issuer: string, ssaUrl: string, signOrigin: string, officerOrigin: string });
  const idp = members(folder, 'idp.json', { issuer: string, jwks: object({ keys: list(publicKey) }) });
  if (idp.issuer !== deployment.issuer) throw new ConfigError('idp.json is of another issuer than deployment.json');
  const rows = list(clientRow)(parsed(folder, 'clients.json'), 'clients.json');
  return {
    deployment,
    idpKeys: idp.jwks,
    clients: new Map(rows.map((row) => [row.clientId, row])),
    keyAlgorithm: members(folder, 'policy.json', { keyAlgorithm: string }).keyAlgorithm,
  };
}

type Read<S> = { readonly [K in keyof S]: S[K] extends Reader<infer T> ? T : never };

function members<const S extends Readonly<Record<string, Reader<unknown>>>>(folder: string, name: string, wanted: S): Read<S> {
  return some(wanted)(parsed(folder, name), name);
}

function some<const S extends Readonly<Record<string, Reader<unknown>>>>(wanted: S): Reader<Read<S>> {
  return (value, key) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError(`${key} is not an object`);
    const given = value as Record<string, unknown>;
    return Object.fromEntries(Object.entries(wanted).map(([name, reader]) => [name, reader(given[name], `${key} ${name}`)])) as Read<S>;
  };
}

function parsed(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch (cause) {
    throw new ConfigError(`${name} cannot be read as JSON`, { cause });
  }
}

const publicKey: Reader<Readonly<Record<string, unknown>>> = (value, key) => {
  const jwk = some({ kty: string, crv: string, x: string, y: string, kid: string, alg: string })(value, key);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || jwk.alg !== 'ES256') throw new ConfigError(`${key} is not an ES256 key`);
  return jwk;
};

function oneOf<const V extends string>(...values: readonly V[]): Reader<V> {
  return (value, key) => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw new ConfigError(`${key} is none of ${values.join(', ')}`);
    return found;
  };
}

const clientRow = some({ clientId: string, kind: oneOf('page', 'service', 'officer'), tokenBinding: oneOf('dpop', 'bearer') });
