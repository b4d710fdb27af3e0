// SPDX-License-Identifier: Apache-2.0
// The errors of the CSC door: {"error", "error_description"} with the texts of CSC API v2.0.0.2; whatever reaches this door from elsewhere
// is put into them.
import { samRefusal } from '@sigillo/doors/sam';
import { HttpProblem } from '@sigillo/http';

export const MALFORMED =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';

export const invalidRequest = (text: string): HttpProblem => new HttpProblem(400, 'invalid_request', text);
export const missing = (kind: 'string' | 'array' | 'boolean', name: string): HttpProblem =>
  invalidRequest(`Missing (or invalid type) ${kind} parameter ${name}`);
export const invalid = (name: string): HttpProblem => invalidRequest(`Invalid parameter ${name}`);

const OWN: ReadonlySet<string> = new Set([
  'invalid_request', 'access_denied', 'invalid_scope', 'server_error', 'temporarily_unavailable',
  'expired_token', 'invalid_token', 'invalid_dpop_proof', 'not_implemented',
]);

/** The SAM's row names the status for pages; the CSC API has these. */
const STATUS = { invalid_request: 400, access_denied: 403, server_error: 500, temporarily_unavailable: 503 } as const;

/** The CSC answer for a problem of any origin. */
export function renderCsc(problem: HttpProblem): { readonly status: number; readonly body: { readonly error: string; readonly error_description: string } } {
  const row = samRefusal(problem.code);
  if (row !== undefined) return answer(STATUS[row.csc], row.csc, row.cscText);
  if (OWN.has(problem.code)) return answer(problem.status, problem.code, problem.detail ?? MALFORMED);
  if (problem.code === 'outcome_unknown') return answer(503, 'temporarily_unavailable', 'Whether this was done is not known; send the same request again');
  if (problem.status === 503 || problem.status === 429) return answer(problem.status, 'temporarily_unavailable', 'The service is busy; try again shortly');
  if (problem.status >= 500) return answer(500, 'server_error', 'The service met an unexpected condition');
  return answer(problem.status, 'invalid_request', MALFORMED);
}

function answer(status: number, error: string, text: string): ReturnType<typeof renderCsc> {
  return { status, body: { error, error_description: text } };
}
