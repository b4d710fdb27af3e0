// SPDX-License-Identifier: Apache-2.0
// The good beginning of the copy becomes segments again: as long as each group's MAC is right and the chain goes on. What comes after a
// break cannot be continued; but a group there whose own MAC is right was written by this SAM, and says what was touched.
import { concat } from '@sigillo/standards/bytes';
import { decode } from '@sigillo/doors/schema';
import type { CopiedGroup } from '../database.ts';
import type { Disk } from '../journal/disk.ts';
import { JournalError } from '../journal/error.ts';
import { readGroup, type ReadGroup } from '../journal/group.ts';
import { journalRecord, type JournalRecord } from '../journal/record.ts';
import { follows, type Head, NOTHING, readRecords } from '../journal/scan.ts';
import { SEGMENT_BYTES_MAX, segmentPath } from '../journal/segments.ts';

const WRITE_BYTES = 4 * 1_048_576;

export interface Taken extends Head {
  /** The last group that the copy had. */
  readonly highest: number;
}

export async function takeCopy(
  groups: AsyncIterable<Pick<CopiedGroup, 'number' | 'body'>>,
  key: Uint8Array,
  segments: SegmentWriter,
  visitLater: (record: JournalRecord) => void,
): Promise<Taken> {
  let head = NOTHING;
  let isWhole = true;
  let highest = 0;
  for await (const { number, body } of groups) {
    highest = number;
    const group = readGroup(key, body, 0);
    const next = isWhole ? continued(group, body, head) : undefined;
    if (next !== undefined) {
      segments.write(body);
      head = next;
      continue;
    }
    isWhole = false;
    for (const { bytes } of group?.records ?? []) visitLater(decode(journalRecord, bytes));
  }
  segments.end();
  return { ...head, highest };
}

/** The head after this group, if it goes on where the last one ended. */
function continued(group: ReadGroup | undefined, body: Uint8Array, head: Head): Head | undefined {
  if (group === undefined || group.end !== body.length || !follows(group, head)) return undefined;
  try {
    return readRecords(group, head, 0, () => undefined);
  } catch (cause) {
    if (cause instanceof JournalError) return undefined;
    throw cause;
  }
}

/** Writes groups into segments, durably, in pieces of some megabytes. */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #folder: string;
  #segment = 0;
  #segmentBytes = 0;
  #file: number | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  write(group: Uint8Array): void {
    if (this.#file === undefined || this.#segmentBytes + group.length > SEGMENT_BYTES_MAX) this.#nextSegment();
    this.#waiting.push(group);
    this.#waitingBytes += group.length;
    this.#segmentBytes += group.length;
    if (this.#waitingBytes >= WRITE_BYTES) this.#flush();
  }

  end(): void {
    this.#flush();
    if (this.#file !== undefined) this.#disk.close(this.#file);
    this.#file = undefined;
  }

  #nextSegment(): void {
    this.end();
    this.#segment += 1;
    this.#segmentBytes = 0;
    this.#file = this.#disk.create(segmentPath(this.#folder, this.#segment));
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#disk.writeNow(this.#file!, concat(...this.#waiting), this.#segmentBytes - this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
