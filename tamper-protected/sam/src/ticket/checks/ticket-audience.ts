// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

const AUDIENCE = JSON.stringify(['urn:sigillo:sam', 'urn:sigillo:ssa']);

/** The ticket is for the SAM and the SSA, in this order, and for nobody else. */
export function requireAudience(claimed: unknown): void {
  if (JSON.stringify(claimed) !== AUDIENCE) throw new SamRefusal('ticket_audience');
}
