// SPDX-License-Identifier: Apache-2.0
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';
import { issueTicket } from './ticket.ts';

/** The page has the code of its browser's request; it gets the ticket, and where to return to. */
export async function beginApproval(parts: Parts, code: string): Promise<{ readonly ticket: string; readonly interaction: string }> {
  const taken = await parts.once.takeCode('approve', code);
  const interaction = taken && (await parts.provider.Interaction.find(taken.interaction));
  const approval = taken && (await parts.approvals.ofInteraction(taken.interaction));
  if (interaction === undefined || approval === undefined) throw refuse('code_unknown');
  if (approval.state !== 'waiting') throw refuse('approval_ended');
  const ticket = await issueTicket(parts, approval, interaction);
  return { ticket, interaction: `${parts.deployment.issuer}/interaction/${interaction.uid}` };
}
