// SPDX-License-Identifier: Apache-2.0
// Without line 12: the envelope is opened whatever level the row claims, as if the level were not bound to it.
import { openActivationSecret as open } from '../../../../../src/activation/checks/activation-secret.ts';
import type { IssuedOperation } from '../../../../../src/activation/operations.ts';
import type { Envelopes } from '../../../../../src/signing-key/envelope.ts';

export function openActivationSecret(operation: IssuedOperation, envelopes: Envelopes, deploymentId: Uint8Array): Uint8Array {
  const sealedFor = { ...operation, key: { ...operation.key, soleControlLevel: 2 } };
  return open(sealedFor, envelopes, deploymentId);
}
