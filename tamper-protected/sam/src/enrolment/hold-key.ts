// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { challengePreimage, confirmationBody, confirmationStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { requireNewWork } from '../new-work.ts';
import { type NewPasskey, verifyCreation } from '../passkey.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import type { BegunEnrolment } from './begun.ts';

/**
 * The page made a passkey for (a): gives (b), signed. Its nonce is drawn now, when the key is held, so that nobody could search for a key
 * with a wanted code.
 */
export async function holdKey(state: State, request: Request<(typeof samDoor)['enrolKey']>): Promise<SignedStatement> {
  requireNewWork(state);
  const begun = state.begun.get(request.enrolmentHash, state.clock.monotonic());
  if (begun.held !== undefined) throw new SamRefusal('enrolment_state');
  const { deployment } = state;
  const passkey = verifyCreation(
    { origin: deployment.signOrigin, rpId: deployment.rpId },
    request,
    sha256(challengePreimage('enrol', begun.body)),
  );
  if (passkey.backupEligible && !deployment.policy.backupEligibleAllowed) throw new SamRefusal('passkey_backup_eligible');
  requireNewPasskey(state, passkey.credentialId);
  const { confirmation, approvalsUntil } = makeConfirmation(state, begun, passkey);
  begun.held = { confirmation, passkey, approvalsUntil };
  return signStatement(state.cryptoModule, 'confirmation', confirmationStatement, { body: confirmation, pageNonce: request.pageNonce });
}

/** The primary key of a passkey's row. */
export function authenticatorRowId(credentialId: Uint8Array): Uint8Array {
  return sha256(credentialId);
}

/** Refuses a passkey that a signer has, or with which somebody waits to become one. */
export function requireNewPasskey(state: State, credentialId: Uint8Array): void {
  const known = state.index.version('authenticator', authenticatorRowId(credentialId)) !== 0;
  if (known || state.memory.reservedPasskeys.has(toHex(credentialId))) throw new SamRefusal('passkey_known');
}

function makeConfirmation(
  state: State,
  begun: BegunEnrolment,
  passkey: NewPasskey,
): { readonly confirmation: Uint8Array; readonly approvalsUntil: number } {
  const { policy } = state.deployment;
  const approvalsUntil = state.clock.seconds() + policy.approvalHours * 3600;
  const confirmation = encode(confirmationBody, {
    version: 1,
    operation: 'enrol-confirm',
    enrolmentHash: begun.enrolmentHash,
    coseKeyHash: sha256(passkey.coseKey),
    credentialId: passkey.credentialId,
    aaguid: passkey.aaguid,
    attestation: 'none',
    backupEligible: passkey.backupEligible,
    keyProfile: { algorithm: policy.keyAlgorithm, usage: 'signature', soleControlLevel: 2, claim: policy.claim },
    policyHash: policy.hash,
    nonce: state.powers.random(32),
    approvalsUntil,
  });
  return { confirmation, approvalsUntil };
}
