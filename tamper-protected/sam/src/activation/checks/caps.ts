// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { IssuedOperation, Operations } from '../operations.ts';

/** Line 13: no more signatures than the key and the policy allow, and room to hold the approval. */
export function requireCaps(operation: IssuedOperation, operations: Operations, authorisedMax: number, signaturesMax: number): void {
  const { intent, items, key } = operation;
  if (intent.count !== items.length || intent.count < 1 || intent.count > Math.min(key.signaturesMax, signaturesMax))
    throw new SamRefusal('list_too_long');
  if (operations.authorisedSize >= authorisedMax) throw new SamRefusal('operations_full');
}
