// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { sameBytes } from '@sigillo/standards/bytes';
import { sayOutcome } from './outcome.ts';
import { SamRefusal } from './refusals.ts';
import type { State } from './state.ts';
import type { SignedStatement } from './statements.ts';
import { stopKeyAndCalls } from './stop.ts';

/** Freezes a key at once. The answer comes when that is durable and no signature with the key can start any more. */
export async function freeze(state: State, request: Request<(typeof samDoor)['freeze']>): Promise<SignedStatement> {
  const key = state.rows.readForLocking('signing_key', request.keyId);
  if (key === undefined || !sameBytes(key.signerId, request.signerId)) throw new SamRefusal('unknown_key');
  const { record } = await stopKeyAndCalls(state, request.keyId, 'suspended', '');
  return sayOutcome(state, {
    about: 'freeze',
    subject: request.keyId,
    state: 'frozen',
    code: '',
    receipt: null,
    record,
    pageNonce: request.pageNonce,
  });
}
