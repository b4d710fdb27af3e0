// SPDX-License-Identifier: Apache-2.0
// The browser comes back from its login. It needs both: the code that only the page was told, and the cookie of the browser that began.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { currentInteraction, requireStep, type Interaction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';

export async function returnFromLogin(parts: Parts, request: HttpRequest, reply: HttpReply): Promise<string> {
  const interaction = await currentInteraction(parts.provider, request, reply);
  requireStep(interaction, 'login');
  const { done } = request.query as { readonly done?: unknown };
  const taken = typeof done === 'string' ? await parts.once.takeCode('done', done, interaction.uid) : undefined;
  if (taken === undefined || taken.signerId === null) throw refuse('code_unknown');
  await leaveOtherLogin(parts, interaction, taken.signerId);
  const result = { login: { accountId: taken.signerId } };
  return parts.provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
}

/** Whoever was logged in in this browser before is not any more. */
async function leaveOtherLogin(parts: Parts, interaction: Interaction, signerId: string): Promise<void> {
  if (interaction.session === undefined || interaction.session.accountId === signerId) return;
  await parts.sessions.end(interaction.session.uid);
  interaction.session = undefined;
  await interaction.persist();
}
