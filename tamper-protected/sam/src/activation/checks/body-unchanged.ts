// SPDX-License-Identifier: Apache-2.0
import { intentBody, listForm } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '../../hash.ts';
import { refuseAs, SamRefusal } from '../../refusals.ts';
import type { IssuedOperation } from '../operations.ts';

/** Line 3: the fields and the list that the SAM acts on are those of the bytes that were shown and signed. */
export function requireBodyUnchanged({ intent, items, body }: IssuedOperation): void {
  const again = refuseAs('intent_changed', () => encode(intentBody, { ...intent, ...listForm(items, sha256), count: intent.count }));
  if (!sameBytes(again, body)) throw new SamRefusal('intent_changed');
}
