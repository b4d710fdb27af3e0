// SPDX-License-Identifier: Apache-2.0
import { clientIdOf } from '../interaction/current.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';

export interface LoginBegun {
  readonly session: string;
  readonly issuer: string;
  readonly nonce: string;
  readonly clientName: string;
}

/**
 * The page has the code; it gets what it builds its challenge from. It is never given a challenge: a nonce under our own tag is all that
 * it lets us choose.
 */
export async function beginLogin(parts: Parts, code: string): Promise<LoginBegun> {
  const taken = await parts.once.takeCode('login', code);
  const interaction = taken && (await parts.provider.Interaction.find(taken.interaction));
  if (interaction === undefined) throw refuse('code_unknown');
  const { session, nonce } = await parts.once.beginLogin(interaction.uid);
  return { session, issuer: parts.deployment.issuer, nonce, clientName: parts.clients.known(clientIdOf(interaction)).name };
}
