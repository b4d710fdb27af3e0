// SPDX-License-Identifier: Apache-2.0
import type { RowIndex } from '../../records/row-index.ts';
import type { AuthorisedOperation } from '../operations.ts';

/** The last look before the crypto module is asked: a freeze, or any other change, may have come while the record was written. */
export function isStopped(operation: AuthorisedOperation, index: RowIndex): boolean {
  return operation.ended || !index.unchanged(operation.issued.seen);
}
