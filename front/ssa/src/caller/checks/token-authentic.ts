// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from 'node:crypto';
import { fromUtf8, SpellingError } from '@sigillo/standards/bytes';
import { type JsonObject, OAuthError, parseCompactJws, TOKEN_CHARACTERS_MAX } from '@sigillo/standards/oauth';
import { hmacSha256 } from '@sigillo/wire';
import { compactVerify, createLocalJWKSet, errors } from 'jose';
import type { PublicKeySet } from '../../public-files.ts';

/** Throws an OAuthError where a token is not the IdP's; gives what it says. */
export type Verify = (token: string) => Promise<Authentic> | Authentic;

export interface Authentic {
  readonly header: JsonObject;
  readonly claims: unknown;
}

/** ES256 by a pinned key, whatever the token says of itself. */
export function signedBy(keys: PublicKeySet): Verify {
  const keySet = createLocalJWKSet({ keys: [...keys.keys] });
  return async (token) => {
    try {
      const { protectedHeader, payload } = await compactVerify(token, keySet, { algorithms: ['ES256'] });
      return { header: { ...protectedHeader }, claims: JSON.parse(fromUtf8(payload)) as unknown };
    } catch (cause) {
      if (cause instanceof errors.JOSEError || cause instanceof SyntaxError || cause instanceof SpellingError) throw new OAuthError('token_malformed', { cause });
      throw cause;
    }
  };
}

/**
 * HS256 under the key that the IdP shares with this room alone. Each approved operation brings a token of its own: a MAC that is made at once costs a
 * fraction of one that a job of WebCrypto makes.
 */
export function macedUnder(key: Uint8Array): Verify {
  return (token) => {
    const { header, payload, signingInput, signature } = parsed(token);
    // What is critical and not understood makes a token that nobody may rely on (RFC 7515 section 4.1.11).
    if (header['alg'] !== 'HS256' || header['crit'] !== undefined) throw new OAuthError('token_malformed');
    const expected = hmacSha256(key, signingInput);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) throw new OAuthError('token_malformed');
    return { header, claims: payload };
  };
}

function parsed(token: string): ReturnType<typeof parseCompactJws> {
  try {
    return parseCompactJws(token, TOKEN_CHARACTERS_MAX);
  } catch (cause) {
    if (cause instanceof OAuthError) throw new OAuthError('token_malformed', { cause });
    throw cause;
  }
}
