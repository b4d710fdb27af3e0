// SPDX-License-Identifier: Apache-2.0
// The browser comes back with the SAM's receipt: the grant is made, the wait ends (once), and the client gets its code.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { toBase64url } from '@sigillo/standards/bytes';
import type { CredentialRequest } from '../credential-request/credential-request.ts';
import type { Approval } from '../database/approvals.ts';
import { currentInteraction, type Interaction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { grantedDetail } from '../provider/details.ts';
import { refuse } from '../refusals.ts';
import { openApproval, requestOf } from './open.ts';
import { verifyReceipt } from './receipt.ts';

const GRANT_SECONDS = 600;

export async function returnApproved(parts: Parts, request: HttpRequest, reply: HttpReply): Promise<string> {
  const interaction = await currentInteraction(parts.provider, request, reply);
  const approval = await openApproval(parts, interaction);
  if (approval.state !== 'waiting') throw refuse('approval_ended');
  const { statement, signature } = request.query as { readonly statement?: unknown; readonly signature?: unknown };
  if (typeof statement !== 'string' || typeof signature !== 'string') throw refuse('statement_malformed');
  const asked = requestOf(parts, interaction);
  const thumbprint = interaction.params['dpop_jkt'] as string | undefined;
  const receipt = await verifyReceipt(parts, { approval, request: asked, thumbprint }, { statement, signature });
  const grantId = await makeGrant(parts, approval, asked, interaction);
  const activation = { credentialId: asked.credentialId, handle: toBase64url(receipt.handle) };
  if (!(await parts.approvals.approve(approval.id, activation, grantId))) throw refuse('approval_ended');
  return parts.provider.interactionResult(request.raw, reply.raw, { consent: { grantId } }, { mergeWithLastSubmission: false });
}

/** A grant that loses the race for the approval names no operation, so no token comes of it; it expires. */
function makeGrant(parts: Parts, approval: Approval, asked: CredentialRequest, interaction: Interaction): Promise<string> {
  const grant = new parts.provider.Grant({ accountId: approval.subject, clientId: approval.clientId });
  grant.addResourceScope(interaction.params['resource'] as string, 'credential');
  const details = interaction.params['authorization_details'];
  if (typeof details === 'string') grant.addRar(grantedDetail(details, asked.credentialId, asked.hashes.length));
  return (grant as { save(ttl: number): Promise<string> }).save(GRANT_SECONDS);
}
