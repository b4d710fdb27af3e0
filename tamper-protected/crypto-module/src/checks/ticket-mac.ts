// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from 'node:crypto';
import { CryptoModuleError } from '../error.ts';

/** The SAM, and nobody else who has no K_ticket, wrote this ticket for this use. */
export function requireTicketMac(key: Uint8Array, tag: string, { body, mac }: { readonly body: Uint8Array; readonly mac: Uint8Array }): void {
  const expected = createHmac('sha256', key).update(`${tag}\0`).update(body).digest();
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new CryptoModuleError('ticket_mac');
}
