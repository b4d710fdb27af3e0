// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import { CryptoModuleError } from '../error.ts';

/** The ticket is for this start of the module, and not from before the newest start of the SAM that was seen. */
export function requireThisStart(
  ticket: { readonly bootNonce: Uint8Array; readonly epoch: number },
  here: { readonly bootNonce: Uint8Array; readonly epoch: number },
): void {
  if (!sameBytes(ticket.bootNonce, here.bootNonce)) throw new CryptoModuleError('ticket_other_boot');
  if (ticket.epoch < here.epoch) throw new CryptoModuleError('ticket_epoch');
}
