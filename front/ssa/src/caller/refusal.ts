// SPDX-License-Identifier: Apache-2.0
// How a token or a proof that was not accepted is answered: 401 with the challenge of RFC 6750 and RFC 9449, in the words of the door.
import { HttpProblem, type HttpReply } from '@sigillo/http';
import { challengeHeader, OAuthError } from '@sigillo/standards/oauth';
import { RevocationsUnknown, type TokenUse } from './access-tokens.ts';

/** Does `work`; what it refuses about a token or proof becomes the HTTP answer of this door. */
export async function tellChallenge<T>(reply: HttpReply, use: TokenUse, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RevocationsUnknown) throw new HttpProblem(503, 'temporarily_unavailable', undefined, { cause, retryAfterSeconds: 2 });
    if (!(cause instanceof OAuthError)) throw cause;
    throw use === 'csc' ? cscRefusal(reply, cause) : ownRefusal(reply, cause);
  }
}

function ownRefusal(reply: HttpReply, cause: OAuthError): HttpProblem {
  if (cause.code === 'dpop_memory_full') return new HttpProblem(503, 'temporarily_unavailable', undefined, { cause, retryAfterSeconds: 2 });
  reply.header('www-authenticate', challengeHeader('DPoP', errorOf(cause)));
  return new HttpProblem(cause.code === 'token_scope' ? 403 : 401, cause.code, undefined, { cause });
}

function cscRefusal(reply: HttpReply, cause: OAuthError): HttpProblem {
  if (cause.code === 'authorization_missing' || cause.code === 'authorization_malformed') {
    reply.header('www-authenticate', [challengeHeader('Bearer'), challengeHeader('DPoP')]);
    return new HttpProblem(400, 'invalid_request', 'Malformed authorization header', { cause });
  }
  if (cause.code === 'dpop_memory_full') return new HttpProblem(503, 'temporarily_unavailable', 'The service is busy', { cause, retryAfterSeconds: 2 });
  reply.header('www-authenticate', [challengeHeader('Bearer', bearerError(cause)), challengeHeader('DPoP', errorOf(cause))]);
  return cscTokenProblem(cause);
}

function cscTokenProblem(cause: OAuthError): HttpProblem {
  if (cause.code === 'token_scope') return new HttpProblem(403, 'invalid_scope', 'The token does not allow this method', { cause });
  if (cause.code === 'token_expired') return new HttpProblem(401, 'expired_token', 'The access token expired', { cause });
  if (isAboutProof(cause)) return new HttpProblem(401, 'invalid_dpop_proof', 'The DPoP proof is not acceptable', { cause });
  return new HttpProblem(401, 'invalid_token', 'The access token is not acceptable', { cause });
}

function errorOf(cause: OAuthError): 'invalid_token' | 'invalid_dpop_proof' | 'insufficient_scope' | undefined {
  if (cause.code === 'authorization_missing') return undefined;
  return isAboutProof(cause) ? 'invalid_dpop_proof' : bearerError(cause);
}

function bearerError(cause: OAuthError): 'invalid_token' | 'insufficient_scope' {
  return cause.code === 'token_scope' ? 'insufficient_scope' : 'invalid_token';
}

function isAboutProof({ code }: OAuthError): boolean {
  return code.startsWith('dpop_') || code === 'jwk_not_supported' || code === 'jws_malformed';
}
