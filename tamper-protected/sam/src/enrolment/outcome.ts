// SPDX-License-Identifier: Apache-2.0
import { outcomeStatement, type OutcomeStatement } from '@sigillo/doors/sap';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { isOver } from './waiting.ts';

/** Where an enrolment stands, signed. */
export async function enrolmentOutcome(
  state: State,
  request: { readonly enrolmentHash: Uint8Array; readonly pageNonce: Uint8Array },
): Promise<SignedStatement> {
  const standing = await stateOf(state, request.enrolmentHash);
  // What was read may be newer than the disk; nothing is said before it is durable.
  await state.journal.durable();
  const { deploymentId, samId } = state.deployment;
  return signStatement(state.cryptoModule, 'outcome', outcomeStatement, {
    version: 1,
    operation: 'outcome',
    deploymentId,
    samId,
    about: 'enrol',
    subject: request.enrolmentHash,
    state: standing,
    code: '',
    receipt: null,
    record: 0,
    at: state.clock.seconds(),
    pageNonce: request.pageNonce,
  });
}

async function stateOf(state: State, enrolmentHash: Uint8Array): Promise<OutcomeStatement['state']> {
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row === undefined) return state.begun.has(enrolmentHash) ? 'issued' : 'unknown';
  if (isOver(state, row)) return 'expired';
  return row.state === 'revoking' ? 'revoked' : row.state;
}
