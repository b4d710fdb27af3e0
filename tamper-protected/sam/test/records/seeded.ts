// SPDX-License-Identifier: Apache-2.0
// Numbers that look random and come again with the same seed.
import { createHash } from 'node:crypto';

export interface Seeded {
  /** From 0 to below `limit`. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
}

export function seeded(seed: string): Seeded {
  let counter = 0;
  const next = (): Buffer => createHash('sha256').update(`${seed} ${counter++}`).digest();
  return {
    below: (limit) => next().readUIntBE(0, 6) % limit,
    bytes: (length) => new Uint8Array(next().subarray(0, length)),
  };
}
