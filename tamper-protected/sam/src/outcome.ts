// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { outcomeStatement, type OutcomeStatement } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import { receiptOf } from './activation/authorise.ts';
import type { State } from './state.ts';
import { type SignedStatement, signStatement } from './statements.ts';

/** How an intent ended, or where it stands, signed. A page asks the signer again only after a state that is final. */
export async function outcome(state: State, request: Request<(typeof samDoor)['outcome']>): Promise<SignedStatement> {
  const key = toHex(request.challenge);
  const known = state.memory.outcomes.get(key);
  const idle = state.operations.isIssued(key) ? 'issued' : 'unknown';
  const authorised = known?.state === 'authorised' ? state.operations.authorisedByChallenge(key) : undefined;
  // What was read may be newer than the disk; nothing is said before it is durable.
  await state.journal.durable();
  return sayOutcome(state, {
    about: 'sign',
    subject: request.challenge,
    state: known?.state ?? idle,
    code: known?.code ?? '',
    receipt: authorised === undefined ? null : await receiptOf(state, authorised),
    record: known?.record ?? 0,
    pageNonce: request.pageNonce,
  });
}

export function sayOutcome(
  state: State,
  what: Pick<OutcomeStatement, 'about' | 'subject' | 'state' | 'code' | 'receipt' | 'record' | 'pageNonce'>,
): Promise<SignedStatement> {
  const { deploymentId, samId } = state.deployment;
  return signStatement(state.cryptoModule, 'outcome', outcomeStatement, {
    version: 1,
    operation: 'outcome',
    deploymentId,
    samId,
    ...what,
    at: state.clock.seconds(),
  });
}
