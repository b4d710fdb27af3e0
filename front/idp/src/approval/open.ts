// SPDX-License-Identifier: Apache-2.0
import { readCredentialRequest, type CredentialRequest } from '../credential-request/credential-request.ts';
import type { Approval } from '../database/approvals.ts';
import { clientIdOf, requireStep, type Interaction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';

/** What the client asked for; it was checked when it was pushed, and is read again from the same parameters. */
export function requestOf(parts: Parts, interaction: Interaction): CredentialRequest {
  const request = readCredentialRequest(interaction.params, parts.deployment.scaUrl);
  if (request === undefined) throw refuse('interaction_wrong_step');
  return request;
}

/** From here on the request waits for the signer who is logged in, and for nobody else. */
export function openApproval(parts: Parts, interaction: Interaction): Promise<Approval> {
  requireStep(interaction, 'approve');
  if (interaction.session === undefined) throw refuse('interaction_wrong_step');
  return parts.approvals.open({
    interaction: interaction.uid,
    subject: interaction.session.accountId,
    clientId: clientIdOf(interaction),
    names: requestOf(parts, interaction).labels,
    expiresSeconds: interaction.exp,
  });
}
