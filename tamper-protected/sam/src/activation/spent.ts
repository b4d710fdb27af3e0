// SPDX-License-Identifier: Apache-2.0
import { encode } from '@sigillo/doors/schema';
import { endedDetail } from '../journal/details.ts';
import type { Appended } from '../journal/journal.ts';
import type { State } from '../state.ts';
import type { AuthorisedOperation, IssuedOperation } from './operations.ts';

/** Writes down that an intent was spent without a signature. */
export function recordSpent(
  state: State,
  issued: IssuedOperation,
  handle: Uint8Array | null,
  code: string,
  indices: readonly number[],
): Appended {
  return recordEnd(state, 'spent', issued, handle, code, indices);
}

/**
 * Ends an approved operation: nothing of it can be signed any more. What was not signed is unused, or worse; where no call is under way and
 * items still count as executing, nobody knows what became of them.
 */
export function endOperation(
  state: State,
  event: 'unused' | 'spent' | 'indeterminate',
  operation: AuthorisedOperation,
  code: string,
  indices: readonly number[],
): Appended {
  state.operations.end(operation);
  const { issued, handle, executing, calls } = operation;
  if (calls.size > 0) state.cryptoModule.forget(issued.intent.keyId, issued.challenge);
  if (event === 'unused' && executing.size > 0) return recordEnd(state, 'indeterminate', issued, handle, code, [...executing]);
  return recordEnd(state, event, issued, handle, code, indices);
}

function recordEnd(
  state: State,
  event: 'unused' | 'spent' | 'indeterminate',
  { intent, challenge }: IssuedOperation,
  handle: Uint8Array | null,
  code: string,
  indices: readonly number[],
): Appended {
  const detail = encode(endedDetail, { handle, indices });
  return state.journal.append({
    event,
    code,
    signerId: intent.signerId,
    keyId: intent.keyId,
    clientId: intent.clientId,
    operation: challenge,
    detail,
  });
}
