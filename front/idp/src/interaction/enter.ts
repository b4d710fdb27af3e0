// SPDX-License-Identifier: Apache-2.0
// Where oidc-provider sends the browser when a person is needed: on to the signer's page, with a code that is good once and for a minute.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { finishDeclined } from '../approval/decline.ts';
import { openApproval } from '../approval/open.ts';
import type { Parts } from '../parts.ts';
import { currentInteraction, type Interaction } from './current.ts';

export async function enter(parts: Parts, request: HttpRequest, reply: HttpReply): Promise<string> {
  const interaction = await currentInteraction(parts.provider, request, reply);
  if (interaction.prompt.name === 'login') return toPage(parts, 'login', interaction);
  const approval = await openApproval(parts, interaction);
  if (approval.state === 'declined') return finishDeclined(parts, request, reply, approval.reason);
  return toPage(parts, 'approve', interaction);
}

/** In the fragment, which browsers keep to themselves. */
async function toPage(parts: Parts, step: 'login' | 'approve', interaction: Interaction): Promise<string> {
  return `${parts.deployment.signOrigin}/${step}#code=${await parts.once.issueCode(step, interaction.uid)}`;
}
