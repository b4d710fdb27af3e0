// SPDX-License-Identifier: Apache-2.0
import type { CaDoor } from '@sigillo/doors/ca';
import type { SamDoor } from '@sigillo/doors/sam';
import type { Link, Log } from '@sigillo/wire';

/** What the SSA can do to the world; made in main.ts (or by a test) and passed in. */
export interface Powers {
  /** Wall clock, seconds since 1970. */
  readonly nowSeconds: () => number;
  /** A clock that only goes forward, in milliseconds. */
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly log: Log;
  readonly sam: Link<SamDoor>;
  readonly ca: Link<CaDoor>;
}
