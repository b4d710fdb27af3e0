// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '@sigillo/wire';
import { CryptoModuleError } from '../error.ts';

/** The SAM, and nobody else who has no K_ticket, wrote this ticket for this use. */
export function requireTicketMac(key: Uint8Array, tag: string, { body, mac }: { readonly body: Uint8Array; readonly mac: Uint8Array }): void {
  const expected = hmacSha256(key, `${tag}\0`, body);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new CryptoModuleError('ticket_mac');
}
