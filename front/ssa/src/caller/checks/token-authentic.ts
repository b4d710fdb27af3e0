// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@sigillo/standards/oauth';
import { compactVerify, createLocalJWKSet } from 'jose';
import type { PublicKeySet } from '../../public-files.ts';

/** Throws a JOSEError where a token is not the IdP's. */
export type Verify = (token: string) => Promise<{ readonly header: JsonObject; readonly payload: Uint8Array }>;

/** ES256 by a pinned key, whatever the token says of itself. */
export function signedBy(keys: PublicKeySet): Verify {
  const keySet = createLocalJWKSet({ keys: [...keys.keys] });
  return async (token) => {
    const { protectedHeader, payload } = await compactVerify(token, keySet, { algorithms: ['ES256'] });
    return { header: { ...protectedHeader }, payload };
  };
}

/** HS256 under the key that the IdP shares with this room alone. */
export function macedUnder(key: Uint8Array): Verify {
  return async (token) => {
    const { protectedHeader, payload } = await compactVerify(token, key, { algorithms: ['HS256'] });
    return { header: { ...protectedHeader }, payload };
  };
}
