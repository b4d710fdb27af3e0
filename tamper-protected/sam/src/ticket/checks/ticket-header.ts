// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** A ticket of this version, under the one algorithm. */
export function requireTicketHeader(algorithm: unknown, type: unknown): void {
  if (algorithm !== 'ES256' || type !== 'sigillo-ticket+jwt') throw new SamRefusal('ticket_malformed');
}
