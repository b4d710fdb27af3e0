// SPDX-License-Identifier: Apache-2.0
import { TICKET_LENGTH_MAX } from '@sigillo/doors/sam';
import { HttpProblem } from '@sigillo/http';
import { OAuthError, parseCompactJws } from '@sigillo/standards/oauth';

/**
 * Turns back whoever brings somebody else's ticket. Only a courtesy to the SAM, which verifies the ticket itself: here its signature is not looked at.
 */
export function requireOwnTicket(ticket: string, subject: string): void {
  if (subjectOf(ticket) !== subject) throw new HttpProblem(403, 'ticket_of_another_signer');
}

function subjectOf(ticket: string): unknown {
  try {
    return parseCompactJws(ticket, TICKET_LENGTH_MAX).payload['sub'];
  } catch (cause) {
    if (cause instanceof OAuthError) throw new HttpProblem(400, 'ticket_malformed', undefined, { cause });
    throw cause;
  }
}
