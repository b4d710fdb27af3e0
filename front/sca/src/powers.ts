// SPDX-License-Identifier: Apache-2.0
import type { Log } from '@sigillo/wire';

/** What the SCA can do to the world; made in start.ts (or by a test) and passed in. */
export interface Powers {
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
}
