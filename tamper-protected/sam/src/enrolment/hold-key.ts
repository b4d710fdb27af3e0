// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { challengePreimage, confirmationBody, confirmationStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { sha256 } from '../hash.ts';
import { requireNewWork } from '../new-work.ts';
import { type NewPasskey, verifyCreation } from '../passkey.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import type { BegunEnrolment } from './begun.ts';
import { requireNewPasskey } from './checks/new-passkey.ts';

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
