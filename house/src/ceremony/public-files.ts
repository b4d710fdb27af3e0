// SPDX-License-Identifier: Apache-2.0
// What everybody may know of a deployment and several rooms pin: who it is, by which policy it issues, which applications it knows.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromPem } from '@sigillo/standards/x509';
import { toBase64, toHex } from '@sigillo/standards/bytes';
import { LIST_MAX } from '@sigillo/doors/sap';
import type { Addresses } from '../home/home.ts';
import type { HomeLayout } from '../home/layout.ts';

/** The policy of a trial: identities that nobody verified, officers that are programs. A real deployment writes another one. */
const TRIAL_POLICY = {
  name: 'trial',
  organisation: 'Trial, identity not verified',
  assuranceLevel: 'none',
  claim: 'none_trial_identity',
  certificatePolicy: '2.25.210276340117562911530471869107351287410.1',
  certificateDays: 365,
  keyAlgorithm: 'P-256',
  approvalsNeeded: 2,
  signaturesMax: LIST_MAX,
  intentSeconds: 120,
  executeSeconds: 300,
  approvalHours: 72,
  secondPasskeyWaitHours: 0,
  backupEligibleAllowed: true,
  hashOnlyAllowed: true,
  wholeListInOrder: false,
  algorithms: 'eu-2026',
} as const;

/** Policy under which the trial's time-stamps are issued. */
export const TIME_STAMP_POLICY = '2.25.210276340117562911530471869107351287410.2';

export function writeDeployment(layout: HomeLayout, addresses: Addresses, random: (length: number) => Uint8Array, created: Date): void {
  const deployment = { deploymentId: toHex(random(16)), samId: toHex(random(16)), ...addresses, created: created.toISOString() };
  writeJson(join(layout.public, 'deployment.json'), deployment);
  writeJson(join(layout.public, 'policy.json'), TRIAL_POLICY);
}

/** The applications of a trial. Each confidential one gets a key of its own, which only it may read. */
export function writeClients(layout: HomeLayout, addresses: Addresses): void {
  const example = [`http://127.0.0.1:${addresses.portBase + 6}/callback`];
  const clients = [
    { clientId: 'sic', name: 'Sigillo', kind: 'page', tokenBinding: 'dpop', redirectUris: [`${addresses.signOrigin}/callback`], jwks: null, scopes: ['signer'], hashOnly: false },
    confidential(layout, 'sca', { name: 'Sigillo document signing', kind: 'service', tokenBinding: 'dpop', redirectUris: [`${addresses.scaUrl}/callback`], scopes: ['service', 'credential'], hashOnly: false }),
    confidential(layout, 'officers', { name: 'Officers', kind: 'officer', tokenBinding: 'bearer', redirectUris: [], scopes: ['officer'], hashOnly: false }),
    confidential(layout, 'example-dpop', { name: 'Example application', kind: 'service', tokenBinding: 'dpop', redirectUris: example, scopes: ['service', 'credential'], hashOnly: true }),
    confidential(layout, 'example-bearer', { name: 'Example application (bearer)', kind: 'service', tokenBinding: 'bearer', redirectUris: example, scopes: ['service', 'credential'], hashOnly: true }),
  ];
  writeJson(join(layout.public, 'clients.json'), clients);
}

/** What the signer's page pins; written last, when all keys are made. */
export function writePins(layout: HomeLayout, addresses: Addresses): void {
  const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(layout.public, name), 'utf8')) as Record<string, unknown>;
  const deployment = json('deployment.json');
  const root = fromPem('CERTIFICATE', readFileSync(join(layout.public, 'roots', 'root.pem'), 'utf8'))[0]!;
  writeJson(join(layout.public, 'pins.json'), {
    deploymentId: deployment['deploymentId'],
    samId: deployment['samId'],
    samIdentityKey: json('sam.json')['identityPublicKey'],
    issuer: addresses.issuer,
    ssaUrl: addresses.ssaUrl,
    scaUrl: addresses.scaUrl,
    rpId: addresses.rpId,
    organisation: json('policy.json')['organisation'],
    roots: [toBase64(root)],
    portBase: addresses.portBase,
  });
}

function confidential<T extends object>(layout: HomeLayout, clientId: string, row: T): T & { readonly clientId: string; readonly jwks: { readonly keys: readonly unknown[] } } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const common = { kid: `${clientId}-1`, alg: 'ES256', use: 'sig' };
  writeJson(layout.clientKey(clientId), { ...privateKey.export({ format: 'jwk' }), ...common }, 0o600);
  return { clientId, ...row, jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), ...common }] } };
}

function writeJson(path: string, value: unknown, mode: number = 0o644): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { mode, flag: 'wx' });
}
