// SPDX-License-Identifier: Apache-2.0
import { checkAuthenticatorData, parseAuthenticatorData, WebauthnError } from '@sigillo/standards/webauthn';
import { type RefusalCode, SamRefusal } from '../../refusals.ts';

/**
 * Line 7: for our relying party, with the person present and verified, by the kind of passkey that was enrolled, and nothing more than was
 * asked.
 */
export function readAuthenticatorData(
  bytes: Uint8Array,
  expected: { readonly rpIdHash: Uint8Array; readonly backupEligible: boolean },
): { readonly signCount: number } {
  try {
    const data = parseAuthenticatorData(bytes);
    checkAuthenticatorData(data, expected.rpIdHash, expected.backupEligible);
    return { signCount: data.signCount };
  } catch (cause) {
    if (!(cause instanceof WebauthnError)) throw cause;
    throw new SamRefusal(CODES[cause.code] ?? 'sad_authenticator_data', { cause });
  }
}

const CODES: Readonly<Record<string, RefusalCode>> = {
  rp_id: 'sad_rp_id',
  user_presence: 'sad_user_presence',
  user_verification: 'sad_user_verification',
  backup_eligibility: 'sad_backup',
  backup_state: 'sad_backup',
  extension_data: 'sad_extensions',
  attested_data: 'sad_extensions',
};
