// SPDX-License-Identifier: Apache-2.0
import type { Assertion } from '@sigillo/standards/webauthn';
import { type Place, verifyAnswerAt } from '../../passkey.ts';
import { refuseAs } from '../../refusals.ts';

/** The very passkey that the SAM holds signed the confirmation of itself. */
export function requireConfirmed(
  place: Place,
  assertion: Assertion,
  challenge: Uint8Array,
  passkey: { readonly credentialId: Uint8Array; readonly coseKey: Uint8Array; readonly backupEligible: boolean },
  signerId: Uint8Array,
): void {
  const credential = { id: passkey.credentialId, coseKey: passkey.coseKey, backupEligible: passkey.backupEligible, userHandle: signerId };
  refuseAs('confirmation_refused', () => verifyAnswerAt(place, assertion, challenge, credential));
}
