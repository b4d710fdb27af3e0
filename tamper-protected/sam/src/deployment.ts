// SPDX-License-Identifier: Apache-2.0
// What the ceremony wrote for all to read, and what of it the SAM pins: its own identity key, the IdP's keys, the officers, the clients,
// the policy, the trust anchor of certificates. The first start writes their hashes into the journal; at later starts other files stop the
// start.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, fromPem, parseCertificate } from '@sigillo/standards/x509';
import { fromBase64, fromBase64url, fromHex } from '@sigillo/standards/bytes';
import { sha256 } from './hash.ts';
import type { GenesisDetail } from './journal/details.ts';
import { parsePolicy, type PolicyInForce } from './policy.ts';
import type { ClientRow, OfficerRow } from './records/tables.ts';

export interface Deployment {
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
  readonly signOrigin: string;
  readonly rpId: string;
  readonly officerOrigin: string;
  readonly officerRpId: string;
  readonly policy: PolicyInForce;
  readonly idp: { readonly issuer: string; readonly keys: ReadonlyMap<string, KeyObject> };
  readonly identityPublicKey: Uint8Array;
  readonly roots: readonly Certificate[];
  readonly clients: readonly ClientRow[];
  readonly officers: readonly (OfficerRow & { readonly officerId: Uint8Array })[];
  readonly hashes: GenesisDetail;
}

export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

export function readDeployment(folder: string): Deployment {
  const read = (name: string): Uint8Array => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      throw new DeploymentError(`${name} cannot be read`, { cause });
    }
  };
  const file = <T>(name: string, use: (bytes: Uint8Array) => T): T => {
    const bytes = read(name);
    try {
      return use(bytes);
    } catch (cause) {
      throw new DeploymentError(`${name} is not what it should be`, { cause });
    }
  };
  const facts = file('deployment.json', (bytes) => readFacts(json(bytes)));
  const policy = file('policy.json', (bytes) => parsePolicy(json(bytes)));
  const identityPublicKey = file('sam.json', (bytes) => fromBase64(text(members(json(bytes)), 'identityPublicKey')));
  const clients = file('clients.json', (bytes) => ({ list: readList(json(bytes)).map(readClient), hash: sha256(bytes) }));
  const officers = file('officers.json', (bytes) => ({ list: readList(json(bytes)).map(readOfficer), hash: sha256(bytes) }));
  const idp = file('idp.json', (bytes) => ({ ...readIdp(json(bytes)), hash: sha256(bytes) }));
  const roots = file('roots/root.pem', (bytes) => ({
    list: fromPem('CERTIFICATE', new TextDecoder().decode(bytes)).map((der) => parseCertificate(der)),
    hash: sha256(bytes),
  }));
  return {
    ...facts,
    policy,
    identityPublicKey,
    idp,
    roots: roots.list,
    clients: clients.list,
    officers: officers.list,
    hashes: {
      deploymentId: facts.deploymentId,
      samId: facts.samId,
      deploymentHash: sha256(
        new TextEncoder().encode(JSON.stringify([facts.signOrigin, facts.rpId, facts.officerOrigin, facts.officerRpId])),
      ),
      policyHash: policy.hash,
      officersHash: officers.hash,
      clientsHash: clients.hash,
      idpHash: idp.hash,
      rootsHash: roots.hash,
      identityHash: sha256(identityPublicKey),
    },
  };
}

type Members = Readonly<Record<string, unknown>>;

function json(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DeploymentError('not an object');
  return value as Members;
}

function readList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DeploymentError('not a list');
  return value;
}

function text(from: Members, name: string): string {
  const value = from[name];
  if (typeof value !== 'string' || value === '') throw new DeploymentError(`${name} is not a text`);
  return value;
}

function oneOfThese<const V extends string>(from: Members, name: string, ...values: readonly V[]): V {
  const value = values.find((allowed) => allowed === from[name]);
  if (value === undefined) throw new DeploymentError(`${name} is none of ${values.join(', ')}`);
  return value;
}

function readFacts(value: unknown): Pick<Deployment, 'deploymentId' | 'samId' | 'signOrigin' | 'rpId' | 'officerOrigin' | 'officerRpId'> {
  const from = members(value);
  return {
    deploymentId: fromHex(text(from, 'deploymentId')),
    samId: fromHex(text(from, 'samId')),
    signOrigin: text(from, 'signOrigin'),
    rpId: text(from, 'rpId'),
    officerOrigin: text(from, 'officerOrigin'),
    officerRpId: text(from, 'officerRpId'),
  };
}

function readClient(value: unknown): ClientRow {
  const from = members(value);
  if (typeof from['hashOnly'] !== 'boolean') throw new DeploymentError('hashOnly is neither true nor false');
  return {
    clientId: text(from, 'clientId'),
    name: text(from, 'name'),
    kind: oneOfThese(from, 'kind', 'page', 'service', 'officer'),
    tokenBinding: oneOfThese(from, 'tokenBinding', 'dpop', 'bearer'),
    hashOnly: from['hashOnly'],
    status: 'active',
  };
}

function readOfficer(value: unknown): OfficerRow & { readonly officerId: Uint8Array } {
  const from = members(value);
  return {
    officerId: fromHex(text(from, 'officerId')),
    personId: fromHex(text(from, 'personId')),
    role: oneOfThese(from, 'role', 'registration', 'privileged'),
    authenticators: readList(from['authenticators']).map((item) => {
      const authenticator = members(item);
      return { credentialId: fromBase64url(text(authenticator, 'credentialId')), coseKey: fromBase64url(text(authenticator, 'coseKey')) };
    }),
    status: 'active',
  };
}

function readIdp(value: unknown): { readonly issuer: string; readonly keys: ReadonlyMap<string, KeyObject> } {
  const from = members(value);
  const keys = readList(members(from['jwks'])['keys']).map((item) => {
    const jwk = members(item);
    if (jwk['kty'] !== 'EC' || jwk['crv'] !== 'P-256' || jwk['alg'] !== 'ES256') throw new DeploymentError('a key of the IdP is not ES256');
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: text(jwk, 'x'), y: text(jwk, 'y') }, format: 'jwk' });
    return [text(jwk, 'kid'), key] as const;
  });
  return { issuer: text(from, 'issuer'), keys: new Map(keys) };
}
