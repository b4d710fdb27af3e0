// SPDX-License-Identifier: Apache-2.0
// PostgreSQL is away, just coming back, or has no room: whoever asked may ask again. Our routes and oidc-provider are told in one error;
// the library says an error's message to the client only where it is marked so.
import { HttpProblem } from '@sigillo/http';

export class DatabaseUnavailable extends HttpProblem {
  readonly expose = true;
  readonly statusCode = 503;
  readonly error_description = 'The service is not available at the moment';

  constructor(cause: unknown) {
    super(503, 'temporarily_unavailable', 'The service is not available at the moment', { cause, retryAfterSeconds: 1 });
  }
}

/** Classes of SQLSTATE that say that the statement or its data are wrong (PostgreSQL, appendix A): asking again would not help. */
const OF_THE_STATEMENT = /^(0A|21|22|23|2F|42)...$/;

/** What a failed statement is to whoever asked. */
export function asUnavailable(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && OF_THE_STATEMENT.test(code) ? cause : new DatabaseUnavailable(cause);
}
