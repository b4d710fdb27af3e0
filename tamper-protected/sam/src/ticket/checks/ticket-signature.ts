// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, verify } from 'node:crypto';
import { utf8 } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';

/** One of the pinned keys of the IdP signed exactly these characters, with ES256. */
export function requireIdpSignature(keys: ReadonlyMap<string, KeyObject>, keyId: unknown, signingInput: string, signature: Uint8Array): void {
  const key = typeof keyId === 'string' ? keys.get(keyId) : undefined;
  const right =
    key !== undefined && signature.length === 64 && verify('sha256', utf8(signingInput), { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!right) throw new SamRefusal('ticket_signature');
}
