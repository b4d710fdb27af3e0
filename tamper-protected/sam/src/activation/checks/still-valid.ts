// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';
import type { State } from '../../state.ts';
import type { AuthorisedOperation } from '../operations.ts';
import { requirePolicyInForce } from './policy-in-force.ts';

/** In time, and signer, key, passkeys, client, certificate and policy are what they were when the intent was made. */
export function requireStillValid(state: State, operation: AuthorisedOperation): void {
  const { issued } = operation;
  if (state.clock.monotonic() > operation.deadline) throw new SamRefusal('handle_expired');
  if (operation.ended || state.index.version('signing_key', issued.intent.keyId) !== issued.intent.keyVersion)
    throw new SamRefusal('key_frozen');
  if (issued.key.notAfter === null || state.clock.seconds() > issued.key.notAfter) throw new SamRefusal('certificate_status');
  if (!state.index.unchanged(issued.seen)) throw new SamRefusal('state_changed');
  requirePolicyInForce(issued, state.deployment.policy.hash);
}
