// SPDX-License-Identifier: Apache-2.0
// What the SCA takes from the ceremony as given: addresses, the IdP's keys, which clients are pages, the anchor for certificates and time-stamps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, fromPem, parseCertificate } from '@sigillo/standards/x509';
import { ConfigError, list, object, string, type Reader } from '@sigillo/wire';

export interface Deployment {
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly scaUrl: string;
  readonly tsaUrl: string;
  readonly signOrigin: string;
}

export interface PublicFiles {
  readonly deployment: Deployment;
  readonly idpKeys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Clients whose tokens may bring and fetch documents. */
  readonly pages: ReadonlySet<string>;
  readonly root: Certificate;
  readonly issuing: Certificate;
}

/** The files say more to other rooms; only the members that this room uses are read. */
export function readPublicFiles(folder: string): PublicFiles {
  const deployment = some({ issuer: string, ssaUrl: string, scaUrl: string, tsaUrl: string, signOrigin: string })(parsed(folder, 'deployment.json'), 'deployment.json');
  const idp = some({ issuer: string, jwks: object({ keys: list(publicKey) }) })(parsed(folder, 'idp.json'), 'idp.json');
  if (idp.issuer !== deployment.issuer) throw new ConfigError('idp.json is of another issuer than deployment.json');
  const clients = list(some({ clientId: string, kind: string }))(parsed(folder, 'clients.json'), 'clients.json');
  return {
    deployment,
    idpKeys: idp.jwks,
    pages: new Set(clients.filter(({ kind }) => kind === 'page').map(({ clientId }) => clientId)),
    root: certificate(folder, join('roots', 'root.pem')),
    issuing: certificate(folder, 'issuing.pem'),
  };
}

type Read<S> = { readonly [K in keyof S]: S[K] extends Reader<infer T> ? T : never };

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

function certificate(folder: string, name: string): Certificate {
  try {
    return parseCertificate(fromPem('CERTIFICATE', readFileSync(join(folder, name), 'utf8'))[0]!);
  } catch (cause) {
    throw new ConfigError(`${name} cannot be read as a certificate`, { cause });
  }
}

const publicKey: Reader<Readonly<Record<string, unknown>>> = (value, key) => {
  const jwk = some({ kty: string, crv: string, x: string, y: string, kid: string, alg: string })(value, key);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || jwk.alg !== 'ES256') throw new ConfigError(`${key} is not an ES256 key`);
  return jwk;
};
