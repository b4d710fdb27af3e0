// SPDX-License-Identifier: Apache-2.0
import type { PasskeyVerifier } from '../../passkey.ts';
import { refuseAs } from '../../refusals.ts';
import type { AllowedPasskey } from '../operations.ts';
import type { Assertion } from '../proofs.ts';

/** Line 8: by the stored key with its stored algorithm; the answer does not choose one. */
export function verifyAssertionSignature(passkeys: PasskeyVerifier, passkey: AllowedPasskey, assertion: Assertion): void {
  refuseAs('sad_bad_signature', () => passkeys.verifySignature(passkey.rowId, passkey.row.coseKey, assertion));
}
