// SPDX-License-Identifier: Apache-2.0
// "Waiting for you": the requests that wait for the signer who asks. A browser other than the request's own may read and decline; it gets
// no address to return to.
import { cleanReason } from '../approval/decline.ts';
import { issueTicket } from '../approval/ticket.ts';
import type { Approval } from '../database/approvals.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';

/** Who wants to know all names opens the request. */
const NAMES_SHOWN_MAX = 10;

export async function listRequests(parts: Parts, subject: string): Promise<Readonly<Record<string, unknown>>> {
  return { requests: (await parts.approvals.waitingOf(subject)).map((approval) => listed(parts, approval)) };
}

function listed(parts: Parts, approval: Approval): Readonly<Record<string, unknown>> {
  return {
    id: approval.id,
    clientId: approval.clientId,
    clientName: parts.clients.known(approval.clientId).name,
    names: approval.names.slice(0, NAMES_SHOWN_MAX),
    count: approval.names.length,
    created: approval.created.toISOString(),
    expires: approval.expires.toISOString(),
  };
}

export async function readRequest(parts: Parts, subject: string, id: string): Promise<{ readonly ticket: string }> {
  const approval = await parts.approvals.waiting(id, subject);
  const interaction = approval && (await parts.provider.Interaction.find(approval.interaction));
  if (interaction === undefined || approval === undefined) throw refuse('request_unknown');
  return { ticket: await issueTicket(parts, approval, interaction) };
}

export async function declineRequest(parts: Parts, subject: string, id: string, reason: unknown): Promise<Readonly<Record<string, never>>> {
  const approval = await parts.approvals.waiting(id, subject);
  if (approval === undefined || !(await parts.approvals.decline(approval.id, cleanReason(reason)))) throw refuse('request_unknown');
  return {};
}
