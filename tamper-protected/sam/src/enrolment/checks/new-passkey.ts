// SPDX-License-Identifier: Apache-2.0
import { toHex } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';
import type { State } from '../../state.ts';
import { authenticatorRowId } from '../authenticator-row-id.ts';

/** Refuses a passkey that a signer has, or with which somebody waits to become one. */
export function requireNewPasskey(state: Pick<State, 'index' | 'memory'>, credentialId: Uint8Array): void {
  const known = state.index.version('authenticator', authenticatorRowId(credentialId)) !== 0;
  if (known || state.memory.reservedPasskeys.has(toHex(credentialId))) throw new SamRefusal('passkey_known');
}
