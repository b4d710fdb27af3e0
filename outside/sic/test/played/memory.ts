// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { Powers } from '../../src/powers.ts';
import type { Shelf } from '../../src/state/stored.ts';

/** A shelf without a browser; what goes in comes out as JSON would bring it. */
export function memoryShelf(): Shelf {
  const rows = new Map<string, string>();
  return {
    get: (name) => (rows.has(name) ? (JSON.parse(rows.get(name)!) as unknown) : null),
    put: (name, value) => void rows.set(name, JSON.stringify(value)),
    remove: (name) => void rows.delete(name),
  };
}

export interface PlayedPowers extends Powers {
  readonly left: string[];
  clock: number;
}

/** Time stands still unless somebody waits. */
export function playedPowers(fetch: Powers['fetch']): PlayedPowers {
  const powers: PlayedPowers = {
    fetch,
    random: (length) => new Uint8Array(randomBytes(length)),
    now: () => powers.clock,
    wait: (milliseconds) => {
      powers.clock += milliseconds;
      return Promise.resolve();
    },
    leave: (url) => void powers.left.push(url),
    left: [],
    clock: Date.UTC(2026, 10, 21),
  };
  return powers;
}
