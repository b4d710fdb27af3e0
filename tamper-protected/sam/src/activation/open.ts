// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../refusals.ts';
import { openedSad, type SealedSad, type SignatureActivationData } from './proofs.ts';

/** Opens what the page sealed. No page seals anything to the SAM yet: data that claims to be sealed was made by someone else. */
export function openSad(sad: SealedSad): SignatureActivationData {
  if (sad.sealed !== null) throw new SamRefusal('sad_sealed');
  return openedSad({ challenge: sad.challenge, assertion: sad.assertion, userFactors: null });
}
