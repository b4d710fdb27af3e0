// SPDX-License-Identifier: Apache-2.0
// Every reason for which the IdP's own routes refuse, with what the caller is told. The cause goes to the log alone.
import { HttpProblem } from '@sigillo/http';

export const REFUSALS = {
  code_unknown: [400, 'The code is not known, was used, or is older than a minute.'],
  login_unknown: [400, 'This login is not known, was used, or ran out.'],
  statement_malformed: [400, 'The statement is not well formed.'],
  statement_signature: [400, 'The statement is not signed by the SAM of this deployment.'],
  statement_other_deployment: [400, 'The statement belongs to another deployment.'],
  statement_expired: [400, 'The statement is not valid at this time.'],
  login_other_passkey: [400, 'The statement is about another passkey.'],
  assertion_refused: [400, 'The answer of the passkey was not accepted.'],
  interaction_unknown: [400, 'This browser has no such request open.'],
  interaction_wrong_step: [409, 'The request is at another step.'],
  receipt_other_ticket: [400, 'The receipt is for another request.'],
  receipt_other_signer: [400, 'The receipt is of another signer.'],
  receipt_other_key: [400, 'The receipt is for another credential.'],
  receipt_other_client: [400, 'The receipt is for another application.'],
  receipt_other_list: [400, 'The receipt is for other documents.'],
  approval_ended: [409, 'The request was already approved or declined.'],
  request_unknown: [404, 'There is no such request.'],
  token_missing: [401, 'An access token with its proof is needed.'],
  token_refused: [401, 'The access token was not accepted.'],
  proof_refused: [401, 'The proof of possession was not accepted.'],
  busy: [503, 'There is more to do than this server can do now.'],
  host_unknown: [421, 'This server answers under another name.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type RefusalCode = keyof typeof REFUSALS;

export function refuse(code: RefusalCode, cause?: unknown): HttpProblem {
  const [status, detail] = REFUSALS[code];
  const again = status === 503 ? { retryAfterSeconds: 1 } : {};
  return new HttpProblem(status, code, detail, { ...again, ...(cause === undefined ? {} : { cause }) });
}
