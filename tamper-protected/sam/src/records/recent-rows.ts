// SPDX-License-Identifier: Apache-2.0
// Which rows changed lately, those that the database may lack after a crash: the last 10,000 changes, a row as often as it changed.
import { TABLE_NAMES, type TableName } from './tables.ts';

const CHANGES_MAX = 10_000;

export interface RowPlace {
  readonly table: TableName;
  /** In the index. */
  readonly row: number;
}

export class RecentRows {
  /** Table and place of each change in one number; the oldest is overwritten. */
  readonly #ring = new Float64Array(CHANGES_MAX);
  #count = 0;

  add({ table, row }: RowPlace): void {
    this.addNumber(row * TABLE_NAMES.length + TABLE_NAMES.indexOf(table));
  }

  addNumber(number: number): void {
    this.#ring[this.#count++ % CHANGES_MAX] = number;
  }

  /** Oldest first. */
  *numbers(): Generator<number> {
    for (let i = Math.max(0, this.#count - CHANGES_MAX); i < this.#count; i++) yield this.#ring[i % CHANGES_MAX]!;
  }

  /** Each row once. */
  *places(): Generator<RowPlace> {
    for (const number of new Set(this.numbers()))
      yield { table: TABLE_NAMES[number % TABLE_NAMES.length]!, row: Math.floor(number / TABLE_NAMES.length) };
  }
}
