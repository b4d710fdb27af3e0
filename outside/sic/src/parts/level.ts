// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from '../text/en.ts';

/** The level in words: the protocol that activates the key, and what the operator claims for the whole. */
export function levelWords(text: Catalogue, level: { readonly soleControlLevel: number; readonly claim: string }): string {
  const claim = level.claim === 'none_trial_identity' ? text.levels.none_trial_identity : text.levels.other(level.claim);
  return `${text.levels.protocol(level.soleControlLevel)}; ${claim}`;
}
