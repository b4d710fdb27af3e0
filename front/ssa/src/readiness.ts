// SPDX-License-Identifier: Apache-2.0
import type { SamDoor } from '@sigillo/doors/sam';
import { LinkError, type Link } from '@sigillo/wire';
import type { RevokedTokens } from './caller/revoked-tokens.ts';

const REMEMBERED_MS = 1000;
const SAM_DEADLINE_MS = 2000;

/** Why this room cannot serve, or undefined; the SAM is asked at most once a second. */
export function readiness(
  sam: Link<SamDoor>,
  revoked: RevokedTokens,
  powers: { readonly requestId: () => string; readonly monotonic: () => number },
): () => Promise<string | undefined> {
  let asked: Promise<string | undefined> | undefined;
  let askedAt = 0;
  return async () => {
    const now = powers.monotonic();
    if (asked === undefined || now - askedAt > REMEMBERED_MS) {
      askedAt = now;
      asked = samFault(sam, powers.requestId());
    }
    return revoked.fault() ?? (await asked);
  };
}

async function samFault(sam: Link<SamDoor>, requestId: string): Promise<string | undefined> {
  try {
    const { serving, reason } = await sam.call('status', {}, { requestId, deadlineMs: SAM_DEADLINE_MS });
    return serving ? undefined : `sam_${reason || 'not_serving'}`;
  } catch (cause) {
    if (cause instanceof LinkError) return 'sam_not_reached';
    throw cause;
  }
}
