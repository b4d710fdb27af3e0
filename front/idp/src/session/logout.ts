// SPDX-License-Identifier: Apache-2.0
import type { Parts } from '../parts.ts';
import type { SignerCaller } from './signer-token.ts';

/** Ends the login behind this token: the browser's session first, so that nothing new comes of it, then what the page holds. */
export async function logout(parts: Parts, caller: SignerCaller): Promise<Readonly<Record<string, never>>> {
  if (caller.sessionUid !== null) {
    await parts.sessions.end(caller.sessionUid);
    await parts.sessions.endGrants(caller.sessionUid, caller.clientId);
    await parts.tokens.revokeSession(caller.sessionUid, caller.clientId);
  }
  await parts.tokens.revoke(caller.jti);
  return {};
}
