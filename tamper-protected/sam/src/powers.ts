// SPDX-License-Identifier: Apache-2.0
// What the SAM may do to the world. `main.ts` makes the powers; tests make others.
import type { Log } from '@sigillo/wire';
import type { Disk } from './journal/disk.ts';
import type { Timers } from './timers.ts';

export interface Powers {
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly log: Log;
  readonly disk: Disk;
  readonly timers: Timers;
  /** Ends the process: called when going on could release what is not durable. Nobody who waits gets an answer. */
  readonly die: (code: string) => void;
}
