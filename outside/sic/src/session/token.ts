// SPDX-License-Identifier: Apache-2.0
// Whose session this is. The token was just handed over by the IdP and is judged by the services; the page reads the subject to know
// which history is its own.
import { fromBase64url, fromHex, fromUtf8 } from '@sigillo/standards/bytes';
import { DoorError } from '../doors/door-error.ts';

export function subjectOf(accessToken: string): Uint8Array {
  try {
    const claims: unknown = JSON.parse(fromUtf8(fromBase64url(accessToken.split('.')[1] ?? '')));
    const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null;
    if (typeof subject === 'string' && /^[0-9a-f]{32}$/.test(subject)) return fromHex(subject);
  } catch {
    throw new DoorError('unclear', 'token_malformed');
  }
  throw new DoorError('unclear', 'token_malformed');
}
