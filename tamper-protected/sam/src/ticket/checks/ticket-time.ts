// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

const SECONDS_MAX = 900;
const SKEW_SECONDS = 60;

/** Issued lately, not over, and never to last longer than a quarter of an hour. */
export function requireTicketInTime(issued: number, expires: number, nowSeconds: number): void {
  if (issued > nowSeconds + SKEW_SECONDS || expires <= nowSeconds || expires > issued + SECONDS_MAX) throw new SamRefusal('ticket_expired');
}
