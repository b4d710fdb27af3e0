// SPDX-License-Identifier: Apache-2.0
import type { Assertion } from '@sigillo/standards/webauthn';
import { type Place, verifyAnswerAt } from '../../passkey.ts';
import { refuseAs } from '../../refusals.ts';

/** The officer's own authenticator signed this command over this confirmation. */
export function requireOfficerAssertion(
  place: Place,
  assertion: Assertion,
  challenge: Uint8Array,
  authenticator: { readonly credentialId: Uint8Array; readonly coseKey: Uint8Array },
): void {
  const credential = { id: authenticator.credentialId, coseKey: authenticator.coseKey, backupEligible: null, userHandle: null };
  refuseAs('officer_assertion', () => verifyAnswerAt(place, assertion, challenge, credential));
}
