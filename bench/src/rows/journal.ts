// SPDX-License-Identifier: Apache-2.0
import type { Bench } from '../bench.ts';
import type { Row } from '../row.ts';
import { measureByTurns } from './sign-hash.ts';

/** What the disk costs: signHash with the journal on it, and with a disk that is memory. */
export function measureJournal(bench: Bench): Promise<readonly Row[]> {
  return bench.apart({ journal: false }, async (off) => {
    const asked = (name: string) => ({ name, tokens: 'bearer', perRequest: 1 }) as const;
    const [on, inMemory] = await measureByTurns([await bench.load(), asked('signHash, bearer, journal on')], [off, asked('signHash, bearer, journal in memory only')], bench.seconds);
    return [{ ...on, against: [{ ...inMemory, target: { atLeast: 0.9 } }] }, inMemory];
  });
}
