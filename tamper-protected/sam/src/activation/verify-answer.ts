// SPDX-License-Identifier: Apache-2.0
// The order of checks of `security.md` 3.5, lines 2 to 13; line 1 took the intent out of its map, line 14 is the journal's. Nothing is
// awaited in here.
import type { State } from '../state.ts';
import { openActivationSecret } from './checks/activation-secret.ts';
import { verifyAssertionSignature } from './checks/assertion-signature.ts';
import { readAuthenticatorData } from './checks/authenticator-data.ts';
import { requireBodyUnchanged } from './checks/body-unchanged.ts';
import { requireCaps } from './checks/caps.ts';
import { challengeOfBody } from './checks/challenge-of-body.ts';
import { readClientData } from './checks/client-data.ts';
import { requireInTime } from './checks/in-time.ts';
import { requireOwnCredential } from './checks/own-credential.ts';
import { requirePolicyInForce } from './checks/policy-in-force.ts';
import { requireRisingSignCount } from './checks/sign-count.ts';
import { requireStatuses } from './checks/statuses.ts';
import { openSad } from './open.ts';
import type { IssuedOperation } from './operations.ts';
import { authorisedActivation, type AuthorisedActivation, type SealedSad, takeProof } from './proofs.ts';

/** Proves that the signer's passkey answered for exactly this intent. */
export function verifyAnswer(state: State, operation: IssuedOperation, sealed: SealedSad): AuthorisedActivation {
  const { deployment, index, memory, operations, passkeys } = state;
  const { assertion } = sealed;
  requireInTime(operation, state.clock.monotonic()); // 2
  requireBodyUnchanged(operation); // 3
  const challenge = challengeOfBody(operation); // 4
  readClientData(assertion.clientDataJson, { challenge, origin: deployment.signOrigin }); // 5
  const passkey = requireOwnCredential(operation, assertion); // 6
  const { signCount } = readAuthenticatorData(assertion.authenticatorData, {
    rpIdHash: passkeys.rpIdHash,
    backupEligible: passkey.row.backupEligible,
  }); // 7
  verifyAssertionSignature(passkeys, passkey, assertion); // 8
  requireRisingSignCount(memory.signers.signCount(passkey.rowId), signCount); // 9
  requireStatuses(operation, passkey, index, state.clock.seconds()); // 10
  requirePolicyInForce(operation, deployment.policy.hash); // 11
  const sad = openSad(sealed); // 12
  const wrapped = openActivationSecret(operation, state.envelopes, deployment.deploymentId); // 12
  requireCaps(operation, operations, state.limits.pendingOperations, deployment.policy.signaturesMax); // 13
  takeProof(sad);
  return authorisedActivation({ operation, passkeyRowId: passkey.rowId, signCount, wrapped });
}
