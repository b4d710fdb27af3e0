// SPDX-License-Identifier: Apache-2.0
import { toHex } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';
import type { IssuedOperation, Operations } from '../operations.ts';

/**
 * Line 1: the challenge names a live intent. A challenge that names none spends nothing; one that does is spent from here on, whatever
 * follows.
 */
export function takeIssued(operations: Operations, challenge: Uint8Array): IssuedOperation {
  const operation = operations.takeIssued(toHex(challenge));
  if (operation === undefined) throw new SamRefusal('op_unknown');
  return operation;
}
