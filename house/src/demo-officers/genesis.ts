// SPDX-License-Identifier: Apache-2.0
// Makes the officers of a trial deployment: one registration officer, who proposes, and two privileged users, who approve; three persons with an
// authenticator each. Their public keys go to public/officers.json, which the SAM and the CA pin.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64url, toHex } from '@sigillo/standards/bytes';
import { newAuthenticator, type StoredAuthenticator } from './authenticator.ts';
import { readOfficersConfig } from './config.ts';

export type OfficerRole = 'registration' | 'privileged';

export interface StoredOfficer {
  readonly officerId: string;
  readonly role: OfficerRole;
  readonly authenticator: StoredAuthenticator;
}

const ROLES: readonly OfficerRole[] = ['registration', 'privileged', 'privileged'];

function makeOfficers(configPath: string | undefined): void {
  const config = readOfficersConfig(configPath);
  const officers = ROLES.map((role) => ({ officerId: toHex(randomBytes(16)), personId: toHex(randomBytes(16)), role, ...newAuthenticator() }));
  const secret: readonly StoredOfficer[] = officers.map(({ officerId, role, stored }) => ({ officerId, role, authenticator: stored }));
  const open = officers.map(({ officerId, personId, role, stored, coseKey }) => ({
    officerId,
    personId,
    role,
    authenticators: [{ credentialId: stored.credentialId, coseKey: toBase64url(coseKey) }],
  }));
  writeFileSync(config.officers, `${JSON.stringify(secret, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  writeFileSync(join(config.public, 'officers.json'), `${JSON.stringify(open, null, 2)}\n`, { flag: 'wx' });
}

makeOfficers(process.argv[2]);
