// SPDX-License-Identifier: Apache-2.0
// The signer says no, in the browser of the request or in another one. The client is told `access_denied` and, where the signer gave one,
// the reason.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { currentInteraction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';
import { openApproval } from './open.ts';

const REASON_LENGTH_MAX = 200;
const NO_REASON = 'the signer declined';

export async function returnDeclined(parts: Parts, request: HttpRequest, reply: HttpReply): Promise<string> {
  const interaction = await currentInteraction(parts.provider, request, reply);
  const approval = await openApproval(parts, interaction);
  if (approval.state === 'declined') return finishDeclined(parts, request, reply, approval.reason);
  const reason = cleanReason((request.query as { readonly reason?: unknown }).reason);
  if (!(await parts.approvals.decline(approval.id, reason))) throw refuse('approval_ended');
  return finishDeclined(parts, request, reply, reason);
}

export function finishDeclined(parts: Parts, request: HttpRequest, reply: HttpReply, reason: string | null): Promise<string> {
  const result = { error: 'access_denied', error_description: reason ?? NO_REASON };
  return parts.provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
}

/** The signer's own words in one line, without what no one can see. */
export function cleanReason(given: unknown): string | null {
  if (typeof given !== 'string') return null;
  const line = given.toWellFormed().normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line === '' ? null : line.slice(0, REASON_LENGTH_MAX).toWellFormed();
}
