// SPDX-License-Identifier: Apache-2.0
// When the browser is sent to the signer's page: to log in, and to approve. An approval is never remembered; a login is, but a named
// application that wants to see a signer's credentials (scope `service`) needs a touch of the passkey for that very request, after the
// page has shown its name.
import { interactionPolicy, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider';
import { SESSION_SECONDS } from './lifetimes.ts';

const { Check, Prompt } = interactionPolicy;

export function prompts(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('login');
  policy.remove('consent');
  policy.add(
    new Prompt(
      { name: 'login', requestable: true },
      new Check('login_needed', 'the signer must log in', 'login_required', (ctx: KoaContextWithOIDC) => loginNeeded(ctx)),
    ),
  );
  policy.add(
    new Prompt(
      { name: 'approve', requestable: false },
      new Check('approval_needed', 'the signer must approve', 'interaction_required', (ctx: KoaContextWithOIDC) => approvalNeeded(ctx)),
    ),
  );
  return policy;
}

export function loginNeeded(ctx: KoaContextWithOIDC): boolean {
  const { session } = ctx.oidc;
  if (session?.accountId === undefined || session.past(SESSION_SECONDS)) return true;
  if (loggedInForThis(ctx) === session.accountId) return false;
  return ctx.oidc.promptPending('login') || ctx.oidc.params?.['scope'] === 'service';
}

/** Who has logged in on the way of this request, in this step or the one before. */
function loggedInForThis(ctx: KoaContextWithOIDC): string | undefined {
  const now: InteractionResults | undefined = ctx.oidc.result;
  const before: InteractionResults | undefined = ctx.oidc.entities.Interaction?.lastSubmission;
  return (now?.login ?? before?.login)?.accountId;
}

function approvalNeeded(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.params?.['scope'] === 'credential' && ctx.oidc.result?.consent?.grantId === undefined;
}
