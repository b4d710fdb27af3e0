// SPDX-License-Identifier: Apache-2.0
import type { Bench } from '../bench.ts';
import { sumByRoom } from '../processor-time.ts';
import type { Row } from '../row.ts';
import { measureSignHash } from './sign-hash.ts';

const TURNS = 3;

/** What the disk costs: signHash with the journal on it, and with a disk that is memory. In turns, since machines change while they are measured. */
export function measureJournal(bench: Bench): Promise<Row[]> {
  return bench.apart({ journal: false }, async (off) => {
    const on = await bench.load();
    const rows: { readonly on: Row[]; readonly off: Row[] } = { on: [], off: [] };
    const measure = (load: typeof on): Promise<Row> => measureSignHash(load, { name: '', tokens: 'bearer', perRequest: 1, against: [] }, bench.seconds / TURNS);
    for (let n = 0; n < TURNS; n++) {
      rows.on.push(await measure(on));
      rows.off.push(await measure(off));
    }
    const without = summed('signHash, bearer, journal in memory only', rows.off);
    const { name, figure, unit } = without;
    return [{ ...summed('signHash, bearer, journal on', rows.on), against: [{ name, figure, unit, target: { atLeast: 0.9 } }] }, without];
  });
}

function summed(name: string, rows: readonly Row[]): Row {
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const processorTime = sumByRoom(rows.flatMap((row) => Object.entries(row.processorTime ?? {})));
  return { name, figure: count / seconds, unit: rows[0]!.unit, count, seconds, processorTime, against: [] };
}
