// SPDX-License-Identifier: Apache-2.0
// Where in the files a record or a group is found: every so many bytes the first group is kept, and from there the heads of groups lead on.
// The journal may be a thousand times longer than memory.
import { type Place, segmentOf } from './segments.ts';

const STRIDE_BYTES = 32_768;

export interface GroupPlace {
  readonly group: number;
  readonly firstRecord: number;
  readonly place: Place;
}

export class Places {
  readonly #groups: number[] = [];
  readonly #records: number[] = [];
  readonly #places: Place[] = [];

  /** Takes groups in their order; the first of each segment is always kept. */
  add({ group, firstRecord, place }: GroupPlace): void {
    const last = this.#places.at(-1);
    if (last !== undefined && segmentOf(last) === segmentOf(place) && place - last < STRIDE_BYTES) return;
    this.#groups.push(group);
    this.#records.push(firstRecord);
    this.#places.push(place);
  }

  /** The last kept group that is not behind this record. */
  beforeRecord(record: number): GroupPlace | undefined {
    return this.#at(lastNotAbove(this.#records, record));
  }

  beforeGroup(group: number): GroupPlace | undefined {
    return this.#at(lastNotAbove(this.#groups, group));
  }

  /** What is kept, in order, and what is added meanwhile. */
  *[Symbol.iterator](): Generator<GroupPlace> {
    for (let i = 0; i < this.#places.length; i++) yield this.#at(i)!;
  }

  #at(index: number): GroupPlace | undefined {
    const place = this.#places[index];
    return place === undefined ? undefined : { group: this.#groups[index]!, firstRecord: this.#records[index]!, place };
  }
}

/** Index of the last of ascending numbers that is not above `limit`; -1 where all are. */
function lastNotAbove(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
