// SPDX-License-Identifier: Apache-2.0
// The ticket: what a registered client asked of which signer, signed by the IdP. The page compares with it what it is about to show; the
// SAM checks it itself.
import { SignJWT } from 'jose';
import { toBase64url } from '@sigillo/standards/bytes';
import { ticketDetails } from '../credential-request/credential-request.ts';
import type { Approval } from '../database/approvals.ts';
import type { Interaction } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { requestOf } from './open.ts';

const TICKET_SECONDS = 900;
const AUDIENCE = ['urn:sigillo:sam', 'urn:sigillo:ssa'];

export async function issueTicket(parts: Parts, approval: Approval, interaction: Interaction): Promise<string> {
  const id = toBase64url(parts.powers.random(24));
  const now = parts.powers.nowSeconds();
  const jkt = interaction.params['dpop_jkt'];
  await parts.approvals.addTicket(approval.id, id);
  return new SignJWT({
    iss: parts.deployment.issuer,
    aud: AUDIENCE,
    sub: approval.subject,
    client_id: approval.clientId,
    ...(jkt === undefined ? {} : { jkt }),
    jti: id,
    iat: now,
    exp: now + TICKET_SECONDS,
    details: ticketDetails(requestOf(parts, interaction)),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'sigillo-ticket+jwt', kid: parts.signingKey.kid })
    .sign(parts.signingKey.privateKey);
}
