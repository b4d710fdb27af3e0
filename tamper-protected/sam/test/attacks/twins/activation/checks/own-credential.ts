// SPDX-License-Identifier: Apache-2.0
// Without line 6: whichever passkey answered is taken for the signer's.
import type { AllowedPasskey, IssuedOperation } from '../../../../../src/activation/operations.ts';

export function requireOwnCredential(operation: IssuedOperation): AllowedPasskey {
  return operation.passkeys[0]!;
}
