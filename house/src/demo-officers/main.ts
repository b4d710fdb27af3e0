// SPDX-License-Identifier: Apache-2.0
// The officers of a trial deployment, as a process outside: they read what waits, propose and approve it through the SSA's officer door like anyone, with
// authenticators of their own. They approve everybody: nobody compares a code and nobody looks at a person, which is why certificates say so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enrolmentBody, confirmationBody, officerChallengePreimage } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { fromBase64url, fromHex, sameBytes, toBase64url } from '@sigillo/standards/bytes';
import { announceReady, linesToStandardOutput, type Log, onStop, openLog } from '@sigillo/wire';
import { answer, sha256 } from './authenticator.ts';
import { readOfficersConfig, readSecretText } from './config.ts';
import type { StoredOfficer } from './genesis.ts';
import { openOfficerDoor, type OfficerDoor, type PendingEnrolment } from './officer-door.ts';

const POLL_MS = 400;
const POLL_AFTER_FAILURE_MS = 2000;

interface Office {
  readonly door: OfficerDoor;
  readonly officers: readonly StoredOfficer[];
  readonly rpId: string;
  readonly origin: string;
  readonly log: Log;
}

async function open(): Promise<Office> {
  const config = readOfficersConfig(process.argv[2]);
  const deployment = JSON.parse(readFileSync(join(config.public, 'deployment.json'), 'utf8')) as { officerRpId: string; officerOrigin: string };
  const officers = JSON.parse(readSecretText(config.officers)) as readonly StoredOfficer[];
  const log = openLog('demo-officers', linesToStandardOutput(), Date.now);
  const door = openOfficerDoor({ issuer: config.issuer, ssaUrl: config.ssaUrl, clientId: config.client.id, clientKey: JSON.parse(readSecretText(config.client.key)) as JsonWebKey });
  return { door, officers, rpId: deployment.officerRpId, origin: deployment.officerOrigin, log };
}

/** One officer's step for one enrolment; the next poll takes the next step. */
async function serve(office: Office, enrolment: PendingEnrolment): Promise<void> {
  const enrolmentBytes = fromBase64url(enrolment.enrolment);
  const confirmationBytes = fromBase64url(enrolment.confirmation);
  decode(enrolmentBody, enrolmentBytes);
  const confirmation = decode(confirmationBody, confirmationBytes);
  if (!sameBytes(confirmation.enrolmentHash, sha256(enrolmentBytes))) throw new Error('a confirmation of another enrolment');
  const proposing = enrolment.state === 'pending_proposal';
  const done = new Set([enrolment.proposer, ...enrolment.approvers]);
  const officer = office.officers.find((one) => one.role === (proposing ? 'registration' : 'privileged') && !done.has(toBase64url(fromHex(one.officerId))));
  if (officer === undefined || enrolment.state === 'approved') return;
  const command = proposing ? 'enrol-propose' : 'enrol';
  const challenge = sha256(officerChallengePreimage(command, confirmationBytes, fromHex(officer.officerId)));
  const assertion = answer(officer.authenticator, office.rpId, office.origin, challenge);
  const approval = {
    officerId: toBase64url(fromHex(officer.officerId)),
    assertion: {
      credentialId: toBase64url(assertion.credentialId),
      authenticatorData: toBase64url(assertion.authenticatorData),
      clientDataJson: toBase64url(assertion.clientDataJson),
      signature: toBase64url(assertion.signature),
      userHandle: null,
    },
  };
  const state = await office.door.send(proposing ? 'propose' : 'approve', { enrolmentHash: toBase64url(confirmation.enrolmentHash), approval });
  office.log.info(proposing ? 'proposed' : 'approved', { code: state });
}

async function round(office: Office): Promise<number> {
  try {
    const waiting = await office.door.pending();
    for (const enrolment of waiting) await serve(office, enrolment);
    return waiting.some((enrolment) => enrolment.state !== 'approved') ? 0 : POLL_MS;
  } catch (cause) {
    office.log.error('round_failed', { code: 'internal' }, cause);
    return POLL_AFTER_FAILURE_MS;
  }
}

const office = await open();
let timer: NodeJS.Timeout | undefined;
let stopped = false;
const next = (afterMs: number): void => {
  if (!stopped) timer = setTimeout(() => void step(), afterMs);
};
onStop(() => {
  stopped = true;
  clearTimeout(timer);
});
const step = async (): Promise<void> => next(await round(office));
next(0);
announceReady();
