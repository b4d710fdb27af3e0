// SPDX-License-Identifier: Apache-2.0
import { refuseAs } from '../../refusals.ts';
import type { Envelopes } from '../../signing-key/envelope.ts';
import type { IssuedOperation } from '../operations.ts';

/**
 * Line 12: the activation secret opens the key's envelope, which is bound to everything that the key may be used for. Gives the key as the
 * module wrapped it.
 */
export function openActivationSecret(operation: IssuedOperation, envelopes: Envelopes, deploymentId: Uint8Array): Uint8Array {
  const { key, intent } = operation;
  return refuseAs('activation_secret', () => envelopes.open({ ...key, deploymentId, keyId: intent.keyId }, key));
}
