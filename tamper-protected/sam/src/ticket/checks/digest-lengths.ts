// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** Each hash is as long as the algorithm makes it: nothing that is signed is put together by whoever asks. */
export function requireDigestLengths(dtbsrs: readonly Uint8Array[], lengthBytes: number): void {
  if (dtbsrs.some((dtbsr) => dtbsr.length !== lengthBytes)) throw new SamRefusal('digest_length');
}
