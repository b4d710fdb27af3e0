// SPDX-License-Identifier: Apache-2.0
import { intentBody } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { refuseAs, SamRefusal } from '../../refusals.ts';
import type { IssuedOperation } from '../operations.ts';

/** Line 3: the fields that the SAM acts on are those of the bytes that were shown and signed. */
export function requireBodyUnchanged(operation: IssuedOperation): void {
  const body = refuseAs('intent_changed', () => encode(intentBody, operation.intent));
  if (!sameBytes(body, operation.body)) throw new SamRefusal('intent_changed');
}
