// SPDX-License-Identifier: Apache-2.0
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';

interface ErrorFacts {
  readonly description?: string | undefined;
  readonly status?: number;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** The service or its authorization server said no. `code` is the protocol's error, as `access_denied` where the signer declined. */
export class SigningServiceError extends Error {
  override readonly name = 'SigningServiceError';
  readonly code: string;
  readonly description: string | undefined;
  /** HTTP status, where there is one. */
  readonly status: number | undefined;
  /** Under which the service's operator finds the request. */
  readonly requestId: string | undefined;

  constructor(code: string, facts: ErrorFacts = {}) {
    super(facts.description === undefined ? code : `${code}: ${facts.description}`, { cause: facts.cause });
    this.code = code;
    this.description = facts.description;
    this.status = facts.status;
    this.requestId = facts.requestId;
  }
}

/** Runs one step of OAuth; what the authorization server refuses becomes a SigningServiceError. */
export async function asServiceError<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof AuthorizationResponseError) throw new SigningServiceError(cause.error, { description: cause.error_description, cause });
    if (cause instanceof ResponseBodyError) throw new SigningServiceError(cause.error, { description: cause.error_description, status: cause.status, cause });
    if (cause instanceof WWWAuthenticateChallengeError) throw await errorOfResponse(cause.response);
    throw cause;
  }
}

/** Reads the CSC error body of an answer that is not a success. */
export async function errorOfResponse(response: Response): Promise<SigningServiceError> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body = await bodyOf(response);
  const code = typeof body['error'] === 'string' ? body['error'] : 'server_error';
  const description = typeof body['error_description'] === 'string' ? body['error_description'] : undefined;
  return new SigningServiceError(code, { description, status: response.status, requestId });
}

async function bodyOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    // An answer that is no JSON says no more than its status.
    return {};
  }
}
