// SPDX-License-Identifier: Apache-2.0
import type { RowIndex } from '../../records/row-index.ts';
import { SamRefusal } from '../../refusals.ts';
import type { AllowedPasskey, IssuedOperation } from '../operations.ts';

/**
 * Line 10: passkey, signer, key, certificate and client are what they were when the intent was made. Then all were active; every change of a row has
 * another version in the index, so nothing need be read again.
 */
export function requireStatuses(operation: IssuedOperation, passkey: AllowedPasskey, index: RowIndex, nowSeconds: number): void {
  if (passkey.row.status !== 'active') throw new SamRefusal('sad_credential_status');
  if (index.version('signing_key', operation.intent.keyId) !== operation.intent.keyVersion) throw new SamRefusal('key_status');
  if (operation.key.notAfter === null || nowSeconds > operation.key.notAfter) throw new SamRefusal('certificate_status');
  if (!index.unchanged(operation.seen)) throw new SamRefusal('record_changed');
}
