// SPDX-License-Identifier: Apache-2.0
// What was measured, and beside it what was measured in the same run or the limit that it stays below. A figure alone is never printed.

export interface Measure {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
}

export interface Row extends Measure {
  /** How many of the unit's things were done, in how long. */
  readonly count: number;
  readonly seconds: number;
  /** Processor time of the process that measured, where it had a part. */
  readonly ownCpuSeconds?: number;
  readonly against: readonly Measure[];
}

/** Each row with its ratios: the figure divided by each of the things it is held against. */
export function withRatios(rows: readonly Row[]): readonly object[] {
  return rows.map((row) => ({ ...row, against: row.against.map((other) => ({ ...other, ratio: row.figure / other.figure })) }));
}

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => [row.name, `${short(row.figure)} ${row.unit}`, `${row.count} in ${row.seconds.toFixed(1)} s`, row.ownCpuSeconds === undefined ? '' : `${(row.ownCpuSeconds / row.seconds).toFixed(2)} cores`, ratiosOf(row)]);
  return [['what', 'figure', 'done', 'bench itself', 'ratio ÷ what'], ['---', '---', '---', '---', '---'], ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function ratiosOf({ figure, against }: Row): string {
  return against.map((other) => `${(figure / other.figure).toFixed(3)} ÷ ${other.name} (${short(other.figure)})`).join('; ');
}

function short(figure: number): string {
  return figure >= 100 ? String(Math.round(figure)) : figure.toPrecision(3);
}
