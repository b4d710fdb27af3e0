// SPDX-License-Identifier: Apache-2.0
import type { Bench } from '../bench.ts';
import type { Load } from '../load.ts';
import type { Row } from '../row.ts';
import { byTurns } from './by-turns.ts';
import { measureSignHash } from './sign-hash.ts';

/** What the disk costs: signHash with the journal on it, and with a disk that is memory. */
export function measureJournal(bench: Bench): Promise<readonly Row[]> {
  return bench.apart({ journal: false }, async (off) => {
    const asked = (load: Load, name: string) => (seconds: number) => measureSignHash(load, { name, tokens: 'bearer', perRequest: 1 }, seconds);
    const [on, inMemory] = await byTurns(asked(await bench.load(), 'signHash, bearer, journal on'), asked(off, 'signHash, bearer, journal in memory only'), bench.seconds);
    return [{ ...on, against: [{ ...inMemory, target: { atLeast: 0.9 } }] }, inMemory];
  });
}
