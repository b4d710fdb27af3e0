// SPDX-License-Identifier: Apache-2.0
import type { StopBody } from '@sigillo/doors/sap';
import type { RowIndex } from '../../records/row-index.ts';
import { SamRefusal } from '../../refusals.ts';

/** The key is as it was when the command was made: what officers once signed stops nothing a second time. */
export function requireKeyUnchanged(index: RowIndex, { keyId, keyVersion }: Pick<StopBody, 'keyId' | 'keyVersion'>): void {
  if (index.version('signing_key', keyId) !== keyVersion) throw new SamRefusal('command_changed');
}
