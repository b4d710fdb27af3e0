// SPDX-License-Identifier: Apache-2.0
// Without the matching: any list is taken for the approved one, as often as it is asked for.
import type { AuthorisedOperation } from '../../../../src/activation/operations.ts';

export function takeItems(operation: AuthorisedOperation, dtbsrs: readonly Uint8Array[]): readonly number[] {
  const { items } = operation.issued;
  return dtbsrs.map((_, i) => i % items.length);
}
