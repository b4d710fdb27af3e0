// SPDX-License-Identifier: Apache-2.0
import type { State } from '../../state.ts';
import { endOperation, recordSpent } from '../spent.ts';

/** Whatever was asked or approved with this key is over. */
export function endUsesOfKey(state: State, keyId: Uint8Array): void {
  for (const issued of state.operations.issuedOfKey(keyId)) {
    state.operations.takeIssued(issued.challengeKey);
    recordSpent(state, issued, null, 'key_frozen', []);
  }
  // An operation with a call under way ends with it: the call knows best what became of its items.
  for (const operation of state.operations.authorisedOfKey(keyId))
    if (operation.running === 0) endOperation(state, 'unused', operation, 'key_frozen', []);
}
