// SPDX-License-Identifier: Apache-2.0
// Without line 4: whatever challenge stands in the map is taken for that of the body.
import type { IssuedOperation } from '../../../../../src/activation/operations.ts';

export function challengeOfBody(operation: IssuedOperation): Uint8Array {
  return operation.challenge;
}
