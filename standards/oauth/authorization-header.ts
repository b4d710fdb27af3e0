// SPDX-License-Identifier: Apache-2.0
import { OAuthError } from './error.ts';

export type TokenScheme = 'Bearer' | 'DPoP';

/** How a token was presented: which scheme, and the token itself. */
export interface PresentedToken {
  readonly scheme: TokenScheme;
  readonly token: string;
}

export const TOKEN_CHARACTERS_MAX = 16_384;

/** The one token of a request. `values` are all values of the Authorization header: two headers are as wrong as none (RFC 6750 section 3.1). */
export function parseAuthorization(values: readonly string[] | undefined): PresentedToken {
  if (values === undefined || values.length === 0) throw new OAuthError('authorization_missing');
  const [value] = values;
  if (values.length > 1 || value === undefined || value.length > TOKEN_CHARACTERS_MAX) throw new OAuthError('authorization_malformed');
  const match = /^(bearer|dpop) ([A-Za-z0-9._~+/-]+=*)$/i.exec(value);
  if (match === null) throw new OAuthError('authorization_malformed');
  return { scheme: match[1]!.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token: match[2]! };
}

/** The value of WWW-Authenticate (RFC 6750 section 3, RFC 9449 section 7.1). */
export function challengeHeader(scheme: TokenScheme, error?: 'invalid_token' | 'invalid_dpop_proof' | 'insufficient_scope' | 'invalid_request'): string {
  const parameters = [...(error === undefined ? [] : [`error="${error}"`]), ...(scheme === 'DPoP' ? ['algs="ES256"'] : [])];
  return parameters.length === 0 ? scheme : `${scheme} ${parameters.join(', ')}`;
}
