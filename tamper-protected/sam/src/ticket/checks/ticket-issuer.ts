// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** The IdP of this deployment says so. */
export function requireIssuer(claimed: unknown, issuer: string): void {
  if (claimed !== issuer) throw new SamRefusal('ticket_issuer');
}
