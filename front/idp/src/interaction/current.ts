// SPDX-License-Identifier: Apache-2.0
// The request that this browser has open. The cookie decides; the address must agree with it, so a link from elsewhere opens nothing.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { errors, type Provider } from 'oidc-provider';
import { refuse } from '../refusals.ts';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
export type Step = 'login' | 'approve';

export async function currentInteraction(provider: Provider, request: HttpRequest, reply: HttpReply): Promise<Interaction> {
  const { uid } = request.params as { readonly uid: string };
  const interaction = await fromCookie(provider, request, reply);
  if (interaction.uid !== uid) throw refuse('interaction_unknown');
  return interaction;
}

async function fromCookie(provider: Provider, request: HttpRequest, reply: HttpReply): Promise<Interaction> {
  try {
    return await provider.interactionDetails(request.raw, reply.raw);
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) throw refuse('interaction_unknown', cause);
    throw cause;
  }
}

export function requireStep(interaction: Interaction, step: Step): void {
  if (interaction.prompt.name !== step) throw refuse('interaction_wrong_step');
}

/** The client that asked, by its registered id. */
export function clientIdOf(interaction: Interaction): string {
  return interaction.params['client_id'] as string;
}
