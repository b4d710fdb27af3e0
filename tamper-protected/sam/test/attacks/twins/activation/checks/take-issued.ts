// SPDX-License-Identifier: Apache-2.0
// Without line 1: an intent that was answered once is there for whoever answers again, also after a restart.
import { toHex } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../../../../src/refusals.ts';
import type { IssuedOperation, Operations } from '../../../../../src/activation/operations.ts';

const remembered = new Map<string, IssuedOperation>();

export function takeIssued(operations: Operations, challenge: Uint8Array): IssuedOperation {
  const key = toHex(challenge);
  const operation = operations.takeIssued(key) ?? remembered.get(key);
  if (operation === undefined) throw new SamRefusal('op_unknown');
  remembered.set(key, operation);
  return operation;
}
