// SPDX-License-Identifier: Apache-2.0
// What was measured, and beside it what was measured in the same run or the limit that it stays below. A figure alone is never printed.
import type { Used } from './processor-time.ts';

export interface Measure {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** Processor time of one of the counted things, where one process did nothing else. */
  readonly microseconds?: number;
}

export interface Against extends Measure {
  /** Where the ratio to this has a bound that Sigillo sets itself. */
  readonly target?: Target;
}

export type Target = { readonly atLeast: number } | { readonly atMost: number };

export interface Row extends Measure {
  /** How many of the unit's things were done, in how long. */
  readonly count: number;
  readonly seconds: number;
  /** Time of one request, where requests were asked one by one. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** What each room used of the processors for all that was counted. */
  readonly used?: Used;
  readonly against: readonly Against[];
  /** A bound of the figure itself, on the machine for which the figures were set. */
  readonly target?: Target;
}

/** The rows with all that follows from them: ratios, targets met or not, microseconds of each room for one of the counted things. */
export function complete(rows: readonly Row[]): readonly object[] {
  return rows.map((row) => ({
    ...row,
    ...(row.target === undefined ? {} : { met: isMet(row.figure, row.target) }),
    ...(row.used === undefined ? {} : { microsecondsEach: Object.fromEntries(microsecondsEach(row)) }),
    against: row.against.map((other) => {
      const ratio = ratioOf(row, other);
      return { ...other, ratio, ...(other.target === undefined ? {} : { met: isMet(ratio, other.target) }) };
    }),
  }));
}

export function tableOf(rows: readonly Row[]): string {
  const columns: readonly (readonly [string, (row: Row) => string])[] = [
    ['what', ({ name }) => name],
    ['figure', figureOf],
    ['ratio ÷ what', againstOf],
    ['request, p50 / p99', timesOf],
    ['µs of processor each', processorsOf],
    ['other work meanwhile', othersOf],
    ['done', ({ count, seconds }) => `${count} in ${seconds.toFixed(1)} s`],
  ];
  const lines = [columns.map(([head]) => head), columns.map(() => '---'), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function figureOf({ figure, unit, target }: Row): string {
  return `${short(figure)} ${unit}${target === undefined ? '' : ` (${verdict(figure, target)})`}`;
}

function againstOf(row: Row): string {
  return row.against
    .map((other) => {
      const ratio = ratioOf(row, other);
      const each = other.microseconds === undefined ? '' : `, ${short(other.microseconds)} µs`;
      return `${ratio.toFixed(3)} ÷ ${other.name} (${short(other.figure)}${each})${other.target === undefined ? '' : `: ${verdict(ratio, other.target)}`}`;
    })
    .join('; ');
}

function timesOf({ p50Ms, p99Ms }: Row): string {
  return p50Ms === undefined || p99Ms === undefined ? '' : `${short(p50Ms)} / ${short(p99Ms)} ms`;
}

function processorsOf(row: Row): string {
  const parts = microsecondsEach(row);
  if (parts.length === 0) return '';
  const sum = parts.reduce((all, [, each]) => all + each, 0);
  return `${sum.toFixed(0)}: ${parts.map(([room, each]) => `${room} ${short(each)}`).join(', ')}`;
}

/** What had nothing to do with it and took processors away. */
function othersOf({ used }: Row): string {
  return used === undefined ? '' : `${(used.others / used.seconds).toFixed(1)} cores`;
}

/** Those that count, the largest first; what rooms of less than half a microsecond used goes into one. */
function microsecondsEach({ used, count }: Row): (readonly [string, number])[] {
  const all = Object.entries(used?.rooms ?? {}).map(([room, seconds]) => [room, (seconds / count) * 1_000_000] as const);
  const [large, small] = [all.filter(([, each]) => each >= 0.5), all.filter(([, each]) => each < 0.5)];
  const rest = small.reduce((sum, [, each]) => sum + each, 0);
  return [...large.toSorted(([, a], [, b]) => b - a), ...(rest >= 0.5 ? [['others', rest] as const] : [])];
}

const ratioOf = (row: Measure, other: Measure): number => row.figure / other.figure;

function isMet(value: number, target: Target): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function verdict(value: number, target: Target): string {
  return `${'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`} ${isMet(value, target) ? 'met' : 'not met'}`;
}

function short(figure: number): string {
  return figure >= 100 ? String(Math.round(figure)) : figure.toPrecision(3);
}
