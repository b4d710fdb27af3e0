// SPDX-License-Identifier: Apache-2.0
import type { InvariantName } from '../violation.ts';

/** A fault that somebody could make, in one module of the core. */
export interface PlantedBug {
  readonly name: string;
  /** What the module does then. */
  readonly what: string;
  /** Below `src`. */
  readonly module: string;
  /** What stands there, once, and what stands there instead. */
  readonly changes: readonly (readonly [right: string, wrong: string])[];
  /** Invariants that it can fall to. */
  readonly fallsTo: readonly InvariantName[];
}
