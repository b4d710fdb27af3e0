// SPDX-License-Identifier: Apache-2.0
import { addUsed, NOTHING_USED } from '../processor-time.ts';
import type { Row } from '../row.ts';

const TURNS = 3;

/** Measures two things by turns: machines change while they are measured. */
export async function byTurns(one: (seconds: number) => Promise<Row>, other: (seconds: number) => Promise<Row>, seconds: number): Promise<readonly [Row, Row]> {
  const rows: [Row[], Row[]] = [[], []];
  for (let n = 0; n < TURNS; n++) {
    rows[0].push(await one(seconds / TURNS));
    rows[1].push(await other(seconds / TURNS));
  }
  return [together(rows[0]), together(rows[1])];
}

/** The rate is that of all turns; times of single requests are those of the turn in the middle. */
function together(rows: readonly Row[]): Row {
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const used = rows.reduce((sum, row) => addUsed(sum, row.used ?? NOTHING_USED), NOTHING_USED);
  return { ...rows[Math.floor(rows.length / 2)]!, figure: count / seconds, count, seconds, used };
}
