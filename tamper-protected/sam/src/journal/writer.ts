// SPDX-License-Identifier: Apache-2.0
// Group commit: all records that wait go out as one group with one durable write, and only then the next group is written. A write or a
// sync that failed is never tried again, since the kernel may have dropped the pages: nobody who waits gets an answer and the process ends.
// A group that comes to the end of the file brings zeros with it, over which the next ones are written: a file that gets no longer has no
// new length to make durable, and none of its writes waits for what the file system has under way for others.
import type { Timers } from '../timers.ts';
import type { Disk } from './disk.ts';
import { encodeGroup } from './group.ts';
import type { GroupPlace } from './places.ts';
import { placeOf, segmentPath } from './segments.ts';

const GROUP_BYTES_MAX = 4 * 1_048_576;

export interface WriterStart {
  readonly segment: number;
  readonly segmentBytes: number;
  readonly group: number;
  readonly groupMac: Uint8Array;
  readonly record: number;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly durable: () => void;
}

export interface WriterOptions {
  readonly disk: Disk;
  readonly timers: Pick<Timers, 'soon'>;
  readonly folder: string;
  readonly key: Uint8Array;
  readonly start: WriterStart;
  readonly segmentBytesMax: number;
  /** How many zeros a group brings. */
  readonly roomBytes: number;
  /** Called after each durable group, in order; a promise delays the answers (copy before release). */
  readonly written: (group: GroupPlace, count: number, bytes: Uint8Array) => Promise<void> | undefined;
  readonly failed: (cause: unknown) => void;
}

export class JournalWriter {
  readonly #options: WriterOptions;
  #waiting: Waiting[] = [];
  #segment: number;
  #segmentBytes: number;
  /** With the room behind what is written. */
  #fileBytes: number;
  #file: number;
  #group: number;
  #groupMac: Uint8Array;
  #record: number;
  #running = false;
  #failed = false;
  #idle: (() => void)[] = [];

  constructor(options: WriterOptions) {
    const { disk, folder, start } = options;
    this.#options = options;
    this.#segment = start.segment;
    this.#segmentBytes = this.#fileBytes = start.segmentBytes;
    this.#group = start.group;
    this.#groupMac = start.groupMac;
    this.#record = start.record;
    this.#file = disk.openToWrite(segmentPath(folder, start.segment));
  }

  /** Takes one encoded record; the promise settles when it is durable, and never after a failure. */
  append(bytes: Uint8Array): Promise<void> {
    return new Promise((durable) => {
      this.#waiting.push({ bytes, durable });
      if (this.#running || this.#failed) return;
      this.#running = true;
      // Whatever else this turn of the event loop has to say goes into the same group.
      this.#options.timers.soon(() => void this.#run());
    });
  }

  /** When nothing waits any more. */
  async settled(): Promise<void> {
    if (!this.#running || this.#failed) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    this.#failed = true;
    this.#options.disk.close(this.#file);
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#failed) await this.#writeGroup(this.#take());
    } catch (cause) {
      this.#failed = true;
      this.#options.failed(cause);
      return;
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes + this.#waiting[count]!.bytes.length <= GROUP_BYTES_MAX))
      bytes += this.#waiting[count++]!.bytes.length;
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(records: readonly Waiting[]): Promise<void> {
    const { disk, key, written } = this.#options;
    const firstRecord = this.#record + 1;
    const group = encodeGroup(
      key,
      { number: this.#group + 1, firstRecord, previousMac: this.#groupMac },
      records.map(({ bytes }) => bytes),
    );
    if (this.#segmentBytes > 0 && this.#segmentBytes + group.length > this.#options.segmentBytesMax) this.#nextSegment();
    const start = this.#segmentBytes;
    await disk.write(this.#file, this.#withRoom(group), start);
    this.#group += 1;
    this.#groupMac = new Uint8Array(group.subarray(group.length - 32));
    this.#record += records.length;
    this.#segmentBytes += group.length;
    const copied = written({ group: this.#group, firstRecord, place: placeOf(this.#segment, start) }, records.length, group);
    if (copied !== undefined) await copied;
    for (const { durable } of records) durable();
  }

  /** With zeros behind it where it comes to the end of the file. */
  #withRoom(group: Buffer): Uint8Array {
    const { segmentBytesMax, roomBytes } = this.#options;
    const end = this.#segmentBytes + group.length;
    if (end <= this.#fileBytes) return group;
    this.#fileBytes = Math.max(end, Math.min(end + roomBytes, segmentBytesMax));
    return Buffer.concat([group], this.#fileBytes - this.#segmentBytes);
  }

  #nextSegment(): void {
    const { disk, folder } = this.#options;
    disk.close(this.#file);
    this.#segment += 1;
    this.#segmentBytes = this.#fileBytes = 0;
    this.#file = disk.create(segmentPath(folder, this.#segment));
  }
}
