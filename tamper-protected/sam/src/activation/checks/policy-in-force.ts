// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';
import type { IssuedOperation } from '../operations.ts';

/** Line 11: the policy that the intent names is the one in force. */
export function requirePolicyInForce(operation: IssuedOperation, policyHash: Uint8Array): void {
  if (!sameBytes(operation.intent.policyHash, policyHash)) throw new SamRefusal('policy_changed');
}
