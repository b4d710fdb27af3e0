// SPDX-License-Identifier: Apache-2.0
// Reads records and groups that were written long ago. Nothing of them is believed because it was right once: the MAC of the whole group is
// checked each time it comes from the disk.
import type { CopiedGroup } from '../database.ts';
import type { Disk } from './disk.ts';
import { JournalError } from './error.ts';
import { GROUP_HEAD_BYTES, GROUP_MAC_BYTES, type GroupHead, type ReadGroup, readGroup, readGroupHead } from './group.ts';
import type { Places } from './places.ts';
import { endOfWritten, listSegments, offsetOf, type Place, placeToText, SEGMENT_BYTES_MAX, segmentOf, segmentPath } from './segments.ts';

/** Files that stay open for whoever reads there next. */
const OPEN_MAX = 16;

export interface JournalReaderOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly key: Uint8Array;
  readonly places: Places;
}

export class JournalReader {
  readonly #options: JournalReaderOptions;
  readonly #files = new Map<number, number>();
  /** The group that was read last: records that are asked for one after the other often share it. */
  #last: ReadGroup | undefined;

  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  /** Bytes of a durable record. */
  record(number: number): Uint8Array {
    if (this.#last === undefined || !holds(this.#last, number)) this.#last = this.#find(number).group;
    return this.#last.records[number - this.#last.firstRecord]!.bytes;
  }

  /** The group of a durable record, and where it stands. */
  groupOf(number: number): { readonly group: number; readonly groupMac: Uint8Array; readonly place: Place } {
    const { group, place } = this.#find(number);
    return { group: group.number, groupMac: new Uint8Array(group.mac), place };
  }

  /** The groups from a number on, to the end of what is valid. */
  *groupsFrom(number: number): Generator<CopiedGroup> {
    const { disk, folder, key, places } = this.#options;
    const start = places.beforeGroup(number);
    if (start === undefined) return;
    const segments = listSegments(disk, folder).filter((segment) => segment >= segmentOf(start.place));
    let expected = start.group;
    for (const segment of segments) {
      const bytes = disk.read(segmentPath(folder, segment));
      let offset = segment === segmentOf(start.place) ? offsetOf(start.place) : 0;
      for (let group = readGroup(key, bytes, offset); group !== undefined; group = readGroup(key, bytes, offset)) {
        if (group.number !== expected) throw broken(`group ${expected}`);
        if (group.number >= number)
          yield { number: group.number, firstRecord: group.firstRecord, count: group.count, body: bytes.subarray(offset, group.end) };
        offset = group.end;
        expected += 1;
      }
      if (segment !== segments.at(-1) && endOfWritten(bytes, offset) > offset) throw broken(`segment ${segment} at byte ${offset}`);
    }
  }

  close(): void {
    for (const file of this.#files.values()) this.#options.disk.close(file);
    this.#files.clear();
  }

  /** The group that stands there, if its MAC is right. */
  groupAt(place: Place): ReadGroup {
    const group = readGroup(this.#options.key, this.#readAt(place, lengthOf(this.#headAt(place))), 0);
    if (group === undefined) throw broken(placeToText(place));
    return group;
  }

  #find(number: number): { readonly group: ReadGroup; readonly place: Place } {
    const start = this.#options.places.beforeRecord(number);
    if (start === undefined) throw broken(`record ${number}`);
    for (let { place } = start; ; ) {
      const head = this.#headAt(place);
      const group = holds(head, number) ? this.groupAt(place) : undefined;
      if (group !== undefined && holds(group, number)) return { group, place };
      if (group !== undefined || number < head.firstRecord) throw broken(`record ${number}, ${placeToText(place)}`);
      place += lengthOf(head);
    }
  }

  /** What a head says of itself; of a length that no group has it is not believed. */
  #headAt(place: Place): Head {
    const head = readGroupHead(this.#readAt(place, GROUP_HEAD_BYTES));
    if (head === undefined || head.length > SEGMENT_BYTES_MAX) throw broken(placeToText(place));
    return head;
  }

  #readAt(place: Place, length: number): Uint8Array {
    try {
      return this.#options.disk.readAt(this.#fileOf(segmentOf(place)), offsetOf(place), length);
    } catch (cause) {
      throw new JournalError('journal_broken', `${placeToText(place)} cannot be read`, { cause });
    }
  }

  #fileOf(segment: number): number {
    const { disk, folder } = this.#options;
    const known = this.#files.get(segment);
    if (known !== undefined) return known;
    const [oldest] = this.#files;
    if (oldest !== undefined && this.#files.size === OPEN_MAX) {
      this.#files.delete(oldest[0]);
      disk.close(oldest[1]);
    }
    const file = disk.openToRead(segmentPath(folder, segment));
    this.#files.set(segment, file);
    return file;
  }
}

type Head = Pick<GroupHead, 'firstRecord' | 'count' | 'length'>;

function lengthOf({ length }: Head): number {
  return GROUP_HEAD_BYTES + length + GROUP_MAC_BYTES;
}

function holds({ firstRecord, count }: { readonly firstRecord: number; readonly count: number }, number: number): boolean {
  return number >= firstRecord && number < firstRecord + count;
}

function broken(place: string): JournalError {
  return new JournalError('journal_broken', place);
}
