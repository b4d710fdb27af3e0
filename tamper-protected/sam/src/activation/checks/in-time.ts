// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { IssuedOperation } from '../operations.ts';

/** Line 2: by the monotonic clock, so that nobody stretches the time by setting a clock. */
export function requireInTime(operation: IssuedOperation, monotonic: number): void {
  if (monotonic > operation.deadline) throw new SamRefusal('op_expired');
}
