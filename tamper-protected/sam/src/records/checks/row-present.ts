// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

/** What the SAM takes for a row that the journal has and the database lacks: nothing, it is refused. */
export function insteadOfMissing(): Uint8Array | undefined {
  throw new SamRefusal('row_missing');
}
