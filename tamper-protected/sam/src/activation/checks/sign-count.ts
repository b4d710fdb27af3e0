// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/**
 * Line 9 (WebAuthn Level 3 section 7.2, step 22): the count rises, or is zero for ever. An equal or lower one says that the passkey exists
 * twice.
 */
export function requireRisingSignCount(last: number, given: number): void {
  if ((last !== 0 || given !== 0) && given <= last) throw new SamRefusal('sad_sign_count');
}
