// SPDX-License-Identifier: Apache-2.0
// Whom this CA believes, read once from public/*: the SAM's identity key, the officers, the policy, the deployment.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer, list, object, readConfig, string } from '@sigillo/wire';
import { fromBase64, fromBase64url, fromHex, toHex } from '@sigillo/standards/bytes';

export type OfficerRole = 'registration' | 'privileged';

export interface Officer {
  readonly officerId: string;
  readonly personId: string;
  readonly role: OfficerRole;
  readonly authenticators: readonly { readonly credentialId: Uint8Array; readonly coseKey: Uint8Array }[];
}

export interface Pins {
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly samIdentityKey: Uint8Array;
  /** By id in hexadecimal. */
  readonly officers: ReadonlyMap<string, Officer>;
  readonly officerRpId: string;
  readonly officerOrigin: string;
  readonly rpId: string;
  readonly signOrigin: string;
  readonly policy: { readonly certificatePolicy: string; readonly certificateDays: number; readonly approvalsNeeded: number; readonly algorithms: string };
}

const role = (value: unknown, key: string): OfficerRole => {
  if (value !== 'registration' && value !== 'privileged') throw new Error(`${key} is no role`);
  return value;
};
const OFFICERS = list(object({ officerId: string, personId: string, role, authenticators: list(object({ credentialId: string, coseKey: string })) }));

export function readPins(folder: string): Pins {
  const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
  const text = (from: Record<string, unknown>, key: string): string => string(from[key], key);
  const number = (from: Record<string, unknown>, key: string): number => integer(1, 100_000)(from[key], key);
  const deployment = json('deployment.json');
  const policy = json('policy.json');
  const sam = readConfig(join(folder, 'sam.json'), { identityPublicKey: string });
  const officers = OFFICERS(json('officers.json'), 'officers.json').map((officer) => ({
    ...officer,
    authenticators: officer.authenticators.map(({ credentialId, coseKey }) => ({ credentialId: fromBase64url(credentialId), coseKey: fromBase64url(coseKey) })),
  }));
  return {
    deploymentId: fromHex(text(deployment, 'deploymentId')),
    samId: fromHex(text(deployment, 'samId')),
    samIdentityKey: fromBase64(sam.identityPublicKey),
    officers: new Map(officers.map((officer) => [toHex(fromHex(officer.officerId)), officer])),
    officerRpId: text(deployment, 'officerRpId'),
    officerOrigin: text(deployment, 'officerOrigin'),
    rpId: text(deployment, 'rpId'),
    signOrigin: text(deployment, 'signOrigin'),
    policy: {
      certificatePolicy: text(policy, 'certificatePolicy'),
      certificateDays: number(policy, 'certificateDays'),
      approvalsNeeded: number(policy, 'approvalsNeeded'),
      algorithms: text(policy, 'algorithms'),
    },
  };
}
