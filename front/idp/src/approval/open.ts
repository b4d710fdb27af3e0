// SPDX-License-Identifier: Apache-2.0
import { readCredentialRequest, type CredentialRequest } from '../credential-request/credential-request.ts';
import type { Approval } from '../database/approvals.ts';
import { clientIdOf, requireStep, type Interaction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { isSignerId } from '../provider/request-check.ts';
import { refuse } from '../refusals.ts';

/** What the client asked for; it was checked when it was pushed, and is read again from the same parameters. */
export function requestOf(parts: Parts, interaction: Interaction): CredentialRequest {
  const request = readCredentialRequest(interaction.params, parts.deployment.scaUrl);
  if (request === undefined) throw refuse('interaction_wrong_step');
  return request;
}

/**
 * A request that names its signer is that signer's alone: whoever passes its address on to somebody else has nobody asked. Hints of another
 * form are other applications' own words for their users (OpenID Connect Core section 3.1.2.1) and decide nothing.
 */
function requireAddressee(parameters: Interaction['params'], subject: string): void {
  const hint = parameters['login_hint'];
  if (isSignerId(hint) && hint !== subject) throw refuse('interaction_unknown');
}

/** From here on the request waits for the signer who is logged in, and for nobody else. */
export function openApproval(parts: Parts, interaction: Interaction): Promise<Approval> {
  requireStep(interaction, 'approve');
  if (interaction.session === undefined) throw refuse('interaction_wrong_step');
  requireAddressee(interaction.params, interaction.session.accountId);
  return parts.approvals.open({
    interaction: interaction.uid,
    subject: interaction.session.accountId,
    clientId: clientIdOf(interaction),
    names: requestOf(parts, interaction).labels,
    expiresSeconds: interaction.exp,
  });
}
