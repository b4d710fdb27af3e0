// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from 'node:crypto';
import { challengePreimage } from '@sigillo/doors/sap';
import { sha256 } from '../../hash.ts';
import { SamRefusal } from '../../refusals.ts';
import type { IssuedOperation } from '../operations.ts';

/** Line 4: the challenge, computed anew from the stored body. Returns it: no later line looks at another one. */
export function challengeOfBody(operation: IssuedOperation): Uint8Array {
  const challenge = sha256(challengePreimage('sign', operation.body));
  if (!timingSafeEqual(challenge, operation.challenge)) throw new SamRefusal('challenge_changed');
  return challenge;
}
