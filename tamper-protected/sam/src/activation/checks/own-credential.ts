// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';
import type { AllowedPasskey, IssuedOperation } from '../operations.ts';
import type { Assertion } from '../proofs.ts';

/** Line 6: one of the passkeys that the intent allowed, owned by its signer; a user handle, where there is one, names the same signer. */
export function requireOwnCredential(operation: IssuedOperation, assertion: Assertion): AllowedPasskey {
  const passkey = operation.passkeys.find(({ row }) => sameBytes(row.credentialId, assertion.credentialId));
  if (passkey === undefined || !sameBytes(passkey.row.signerId, operation.intent.signerId)) throw new SamRefusal('sad_credential');
  if (assertion.userHandle !== null && !sameBytes(assertion.userHandle, operation.intent.signerId)) throw new SamRefusal('sad_user_handle');
  return passkey;
}
