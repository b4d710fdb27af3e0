// SPDX-License-Identifier: Apache-2.0
// Everybody whom the CA hears of: a SAM with an identity key, officers and a passkey with authenticators in software, a signing key.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  challengePreimage, confirmationBody, enrolmentBody, officerChallengePreimage, orderStatement, signedPreimage,
  revocationStatement, stopBody, type Approval, type ConfirmationBody, type EnrolmentBody, type OfficerCommand, type OrderStatement, type RevocationStatement, type StopBody,
} from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { assembleCertificationRequest, buildCertificationRequestInfo, encodeName } from '@sigillo/standards/x509';
import type { Officer, OfficerRole, Pins } from '../src/pins.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const ES256 = { scheme: 'ecdsa', hash: 'sha256' } as const;

interface Authenticator {
  readonly stored: { readonly credentialId: string; readonly privateKey: string };
  readonly coseKey: Uint8Array;
}
interface AuthenticatorMaker {
  readonly newAuthenticator: () => Authenticator;
  readonly answer: (stored: Authenticator['stored'], rpId: string, origin: string, challenge: Uint8Array) => { readonly credentialId: Uint8Array; readonly authenticatorData: Uint8Array; readonly clientDataJson: Uint8Array; readonly signature: Uint8Array };
}
/** The house's authenticator in software; loaded by address, because no room may depend on the house. */
const { newAuthenticator, answer } = (await import(new URL('../../../house/src/demo-officers/authenticator.ts', import.meta.url).href)) as AuthenticatorMaker;

export interface PlayedOfficer {
  readonly id: Uint8Array;
  readonly authenticator: Authenticator;
}

export interface Cast {
  readonly pins: Pins;
  readonly samKey: KeyObject;
  readonly registrar: PlayedOfficer;
  readonly first: PlayedOfficer;
  readonly second: PlayedOfficer;
}

export function newCast(): Cast {
  const sam = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const officers = new Map<string, Officer>();
  const officer = (role: OfficerRole): PlayedOfficer => {
    const played = { id: Uint8Array.from(randomBytes(16)), authenticator: newAuthenticator() };
    const authenticators = [{ credentialId: Buffer.from(played.authenticator.stored.credentialId, 'base64url'), coseKey: played.authenticator.coseKey }];
    officers.set(toHex(played.id), { officerId: toHex(played.id), personId: toHex(randomBytes(16)), role, authenticators });
    return played;
  };
  const [registrar, first, second] = [officer('registration'), officer('privileged'), officer('privileged')] as const;
  const pins: Pins = {
    deploymentId: randomBytes(16),
    samId: randomBytes(16),
    samIdentityKey: sam.publicKey.export({ format: 'der', type: 'spki' }),
    officers,
    officerRpId: 'officer.localhost',
    officerOrigin: 'http://officer.localhost:8400',
    rpId: 'sign.localhost',
    signOrigin: 'http://sign.localhost:8400',
    policy: { certificatePolicy: '2.25.1', certificateDays: 30, approvalsNeeded: 2, algorithms: 'eu-2026' },
  };
  return { pins, samKey: sam.privateKey, registrar, first, second };
}

/** What a test bends before it is signed by whoever signs it. */
export interface Bends {
  readonly enrolment?: Partial<EnrolmentBody>;
  readonly confirmation?: Partial<ConfirmationBody>;
  readonly subjectOfRequest?: Uint8Array;
  readonly keyOfRequest?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly proposer?: PlayedOfficer;
  readonly approvers?: readonly PlayedOfficer[];
  readonly approvedBody?: Uint8Array;
  readonly order?: Partial<OrderStatement>;
  readonly samKey?: KeyObject;
}

export const SUBJECT = encodeName([
  { type: 'countryName', value: 'JP' },
  { type: 'organizationName', value: 'Trial, identity not verified' },
  { type: 'commonName', value: '佐藤 花子' },
]);

export function signedOrder(cast: Cast, nowSeconds: number, bends: Bends = {}): { readonly statement: Uint8Array; readonly signature: Uint8Array } {
  const { pins } = cast;
  const passkey = newAuthenticator();
  const signing = bends.keyOfRequest ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const enrolment = encode(enrolmentBody, {
    version: 1, operation: 'enrol', deploymentId: pins.deploymentId, samId: pins.samId, operationNumber: 1, nonce: randomBytes(32), signerId: randomBytes(16), subject: SUBJECT,
    evidenceHash: randomBytes(32), assuranceLevel: 'none', notBefore: nowSeconds - 100, expires: nowSeconds + 800, ...bends.enrolment,
  });
  const confirmation = encode(confirmationBody, {
    version: 1, operation: 'enrol-confirm', enrolmentHash: sha256(enrolment), coseKeyHash: sha256(passkey.coseKey), credentialId: Buffer.from(passkey.stored.credentialId, 'base64url'),
    aaguid: new Uint8Array(16), attestation: 'none', backupEligible: false, keyProfile: { algorithm: 'P-256', usage: 'signature', soleControlLevel: 2, claim: 'none' }, policyHash: randomBytes(32),
    nonce: randomBytes(32), approvalsUntil: nowSeconds + 3600, ...bends.confirmation,
  });
  const approve = (officer: PlayedOfficer, command: 'enrol' | 'enrol-propose'): Approval => approvalBy(pins, officer, command, bends.approvedBody ?? confirmation);
  const statement = encode(orderStatement, {
    version: 1, operation: 'order', deploymentId: pins.deploymentId, samId: pins.samId, orderId: randomBytes(16), enrolment, confirmation, coseKey: passkey.coseKey,
    confirmationAssertion: { ...answer(passkey.stored, pins.rpId, pins.signOrigin, sha256(challengePreimage('enrol-confirm', confirmation))), userHandle: null },
    proposal: approve(bends.proposer ?? cast.registrar, 'enrol-propose'),
    approvals: (bends.approvers ?? [cast.first, cast.second]).map((officer) => approve(officer, 'enrol')),
    certificationRequest: request(signing, bends.subjectOfRequest ?? SUBJECT), issued: nowSeconds, ...bends.order,
  });
  return { statement, signature: sign('sha256', signedPreimage('order', statement), { key: bends.samKey ?? cast.samKey, dsaEncoding: 'ieee-p1363' }) };
}

function approvalBy(pins: Pins, { id, authenticator }: PlayedOfficer, command: OfficerCommand, body: Uint8Array): Approval {
  const assertion = answer(authenticator.stored, pins.officerRpId, pins.officerOrigin, sha256(officerChallengePreimage(command, body, id)));
  return { officerId: id, assertion: { ...assertion, userHandle: null } };
}

export interface RevocationBends {
  readonly command?: Partial<StopBody>;
  readonly officers?: readonly PlayedOfficer[];
  readonly signedAs?: OfficerCommand;
  readonly signedBody?: Uint8Array;
  readonly revocation?: Partial<RevocationStatement>;
  readonly samKey?: KeyObject;
}

export function signedRevocation(cast: Cast, nowSeconds: number, bends: RevocationBends = {}): { readonly statement: Uint8Array; readonly signature: Uint8Array } {
  const { pins } = cast;
  const keyId = randomBytes(16);
  const command = encode(stopBody, {
    version: 1, operation: 'revoke', deploymentId: pins.deploymentId, samId: pins.samId, keyId, keyVersion: 2, reason: 'keyCompromise', nonce: randomBytes(32),
    notBefore: nowSeconds - 100, expires: nowSeconds + 3600, ...bends.command,
  });
  const statement = encode(revocationStatement, {
    version: 1, operation: 'revocation', deploymentId: pins.deploymentId, samId: pins.samId, orderId: randomBytes(16), keyId, certificateHash: randomBytes(32), command,
    approvals: (bends.officers ?? [cast.registrar, cast.first]).map((officer) => approvalBy(pins, officer, bends.signedAs ?? 'revoke', bends.signedBody ?? command)),
    revokedAt: nowSeconds - 10, issued: nowSeconds, ...bends.revocation,
  });
  return { statement, signature: sign('sha256', signedPreimage('revocation', statement), { key: bends.samKey ?? cast.samKey, dsaEncoding: 'ieee-p1363' }) };
}

export function request({ privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }, subject: Uint8Array): Uint8Array {
  const info = buildCertificationRequestInfo({ subject, spki: publicKey.export({ format: 'der', type: 'spki' }) });
  return assembleCertificationRequest(info, ES256, sign('sha256', info, privateKey));
}
