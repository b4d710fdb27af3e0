// SPDX-License-Identifier: Apache-2.0
// The officers of a trial deployment, with all that they need to act: their authenticators, the way to the SSA, and what the deployment says of itself.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OfficerCommand, officerChallengePreimage, signedPreimage, type StatementType } from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { fromBase64url, fromHex, sameBytes, toBase64url } from '@sigillo/standards/bytes';
import { answer, sha256 } from './authenticator.ts';
import { readOfficersConfig, readSecretText } from './config.ts';
import type { StoredOfficer } from './genesis.ts';
import { type OfficerDoor, openOfficerDoor, type Unread } from './officer-door.ts';

interface DeploymentFile {
  readonly officerRpId: string;
  readonly officerOrigin: string;
  readonly deploymentId: string;
  readonly samId: string;
}

export class Office {
  readonly door: OfficerDoor;
  readonly officers: readonly StoredOfficer[];
  readonly deployment: DeploymentFile;
  readonly #samIdentityKey: Uint8Array;

  /** `configPath`: the officers' configuration. */
  constructor(configPath: string | undefined) {
    const config = readOfficersConfig(configPath);
    const readPublic = (name: string): unknown => JSON.parse(readFileSync(join(config.public, name), 'utf8'));
    this.deployment = readPublic('deployment.json') as DeploymentFile;
    this.#samIdentityKey = Buffer.from((readPublic('sam.json') as { identityPublicKey: string }).identityPublicKey, 'base64');
    this.officers = JSON.parse(readSecretText(config.officers)) as readonly StoredOfficer[];
    const clientKey = JSON.parse(readSecretText(config.client.key)) as JsonWebKey;
    this.door = openOfficerDoor({ issuer: config.issuer, ssaUrl: config.ssaUrl, clientId: config.client.id, clientKey });
  }

  /** An officer's signature under a command over a body, as the officer door takes it. */
  sign({ officerId, authenticator }: StoredOfficer, command: OfficerCommand, body: Uint8Array): object {
    const { officerRpId, officerOrigin } = this.deployment;
    const challenge = sha256(officerChallengePreimage(command, body, fromHex(officerId)));
    const { credentialId, authenticatorData, clientDataJson, signature } = answer(authenticator, officerRpId, officerOrigin, challenge);
    return {
      officerId: toBase64url(fromHex(officerId)),
      assertion: {
        credentialId: toBase64url(credentialId),
        authenticatorData: toBase64url(authenticatorData),
        clientDataJson: toBase64url(clientDataJson),
        signature: toBase64url(signature),
        userHandle: null,
      },
    };
  }

  /** What the SAM of this deployment signed, and for this call. Throws where it did not. */
  read<T extends { readonly pageNonce: Uint8Array }>(type: StatementType, schema: Schema<T>, { statement: text, signature }: Unread, nonce: Uint8Array): T {
    if (typeof text !== 'string' || typeof signature !== 'string') throw Object.assign(new Error('no statement'), { code: 'statement_missing' });
    const statement = fromBase64url(text);
    const key = createPublicKey({ key: Buffer.from(this.#samIdentityKey), format: 'der', type: 'spki' });
    const genuine = verify('sha256', signedPreimage(type, statement), { key, dsaEncoding: 'ieee-p1363' }, fromBase64url(signature));
    if (!genuine) throw Object.assign(new Error('not signed by the SAM'), { code: 'statement_signature' });
    const said = decode(schema, statement);
    if (!sameBytes(said.pageNonce, nonce)) throw Object.assign(new Error('an answer to another call'), { code: 'statement_nonce' });
    return said;
  }
}
