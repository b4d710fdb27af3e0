// SPDX-License-Identifier: Apache-2.0
import type { Log } from '@sigillo/wire';

/** What `main.ts` makes and everything else is given. */
export interface Powers {
  readonly log: Log;
  /** Wall clock in seconds since 1970. */
  readonly nowSeconds: () => number;
  /** A clock that only goes forward, in milliseconds. */
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
}
