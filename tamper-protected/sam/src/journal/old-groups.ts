// SPDX-License-Identifier: Apache-2.0
// What a start from a snapshot did not read is read afterwards, some of it at a time: each group has a right MAC and continues the one before,
// as far as the group in which the snapshot was made.
import { JournalError } from './error.ts';
import type { Places } from './places.ts';
import type { JournalReader } from './reader.ts';
import { follows, type Head, NOTHING, type ResumePoint } from './scan.ts';
import { type Place, placeOf, placeToText } from './segments.ts';

export class OldGroups {
  readonly #reader: JournalReader;
  readonly #places: Places;
  /** The number of the last one. */
  readonly #end: number;
  #head: Omit<Head, 'recordHash'> = NOTHING;
  #place: Place = placeOf(1, 0);

  constructor(reader: JournalReader, places: Places, end: ResumePoint) {
    this.#reader = reader;
    this.#places = places;
    this.#end = end.group;
  }

  /** The last record that was read and is right. */
  get record(): number {
    return this.#head.record;
  }

  /** Reads so many bytes, and the group to its end; says whether there is more. Throws `journal_broken`. */
  readSome(bytes: number): boolean {
    for (let left = bytes; left > 0 && this.#head.group < this.#end; ) left -= this.#readNext();
    return this.#head.group < this.#end;
  }

  #readNext(): number {
    const number = this.#head.group + 1;
    const kept = this.#places.beforeGroup(number);
    // The first group of each file is kept.
    const place = kept?.group === number ? kept.place : this.#place;
    const group = this.#reader.groupAt(place);
    if (!follows(group, this.#head)) throw new JournalError('journal_broken', `${placeToText(place)} does not continue the chain`);
    this.#head = { group: number, groupMac: new Uint8Array(group.mac), record: group.firstRecord + group.count - 1 };
    this.#place = place + group.end;
    return group.end;
  }
}
