// SPDX-License-Identifier: Apache-2.0
// The journal as the rest of the SAM sees it: `append` gives an event its number and its place in the chain at once, so that memory and
// order never differ, and says when it is durable. Nothing is acknowledged before that.
import { decode, encode } from '@sigillo/doors/schema';
import type { CopiedGroup } from '../database.ts';
import { sha256 } from '../hash.ts';
import { sameBytes } from '@sigillo/standards/bytes';
import type { BoundRow } from '../records/row-mac.ts';
import type { TableName } from '../records/tables.ts';
import type { Timers } from '../timers.ts';
import type { Disk } from './disk.ts';
import { JournalError } from './error.ts';
import { OldGroups } from './old-groups.ts';
import { Places } from './places.ts';
import { JournalReader } from './reader.ts';
import { journalRecord, type JournalEvent, type JournalRecord, type JournalRow } from './record.ts';
import { type ResumePoint, type Scan, scanJournal } from './scan.ts';
import { type Place, ROOM_BYTES, SEGMENT_BYTES_MAX, segmentPath } from './segments.ts';
import { JournalWriter } from './writer.ts';

/** Space that stays free for operations under way: new work is refused below it. */
export const RESERVE_BYTES: number = 64 * 1_048_576;

export interface Entry {
  readonly event: JournalEvent;
  readonly code?: string;
  readonly signerId?: Uint8Array;
  readonly keyId?: Uint8Array;
  readonly clientId?: string;
  readonly operation?: Uint8Array;
  readonly rows?: readonly BoundRow[];
  readonly detail?: Uint8Array;
  readonly personal?: Uint8Array;
}

export interface Appended {
  readonly record: JournalRecord;
  /** Settles when the record is durable; never, if it cannot become so. */
  readonly durable: Promise<void>;
}

export interface JournalOptions {
  readonly disk: Disk;
  readonly timers: Pick<Timers, 'soon'>;
  readonly folder: string;
  readonly key: Uint8Array;
  readonly segmentBytesMax?: number;
  readonly roomBytes?: number;
  readonly now: () => number;
  /**
   * Takes a record into memory, when it is read at start and when it is appended. Gives the number in the signer's history, and the record
   * of the entry before.
   */
  readonly memory: {
    nextEntry(event: JournalEvent, signerId: Uint8Array | null): { readonly entry: number; readonly previousEntry: number };
    apply(record: JournalRecord): void;
  };
  /** Where the journal goes on from what memory holds already. */
  readonly resume?: { readonly from: ResumePoint; readonly places: Places };
  readonly copy: (group: CopiedGroup) => Promise<void> | undefined;
  /** Rows of a record that memory has just taken. */
  readonly appended: (rows: readonly BoundRow[]) => void;
  /** Rows of a record that is durable now. */
  readonly durable: (rows: readonly JournalRow[]) => void;
  readonly failed: (cause: unknown) => void;
  /** A record that was durable cannot be read any more, or is another. */
  readonly damaged: (record: number, cause: unknown) => void;
  /** What the start did not read, up to this record, is whole. */
  readonly checked: (record: number) => void;
}

const NO_BYTES = new Uint8Array(0);
const PIECE_BYTES = 4 * 1_048_576;

export class Journal {
  readonly #options: JournalOptions;
  readonly #writer: JournalWriter;
  readonly #reader: JournalReader;
  readonly places: Places;
  /** Nothing, once it was read. */
  #old: OldGroups | undefined;
  readonly scan: Scan;
  /** The last group of the file at start. */
  readonly #lastGroup: Uint8Array | undefined;
  /** Bytes of the groups that were read at start, and written since. */
  #bytes = 0;
  #record: number;
  #recordHash: Uint8Array;
  #durableRecord: number;
  #durableHash: Uint8Array;
  #last: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: JournalOptions) {
    const { disk, folder, key, memory } = options;
    this.#options = options;
    this.places = options.resume?.places ?? new Places();
    let lastGroup: Uint8Array | undefined;
    this.scan = scanJournal(
      disk,
      folder,
      key,
      (record) => memory.apply(record),
      ({ number, firstRecord }, bytes, place) => {
        this.places.add({ group: number, firstRecord, place });
        this.#bytes += bytes.length;
        lastGroup = bytes;
      },
      options.resume?.from,
    );
    this.#reader = new JournalReader({ disk, folder, key, places: this.places });
    this.#old = options.resume === undefined ? undefined : new OldGroups(this.#reader, this.places, options.resume.from);
    this.#lastGroup = lastGroup === undefined ? undefined : new Uint8Array(lastGroup);
    const segment = rewriteTail(disk, folder, this.scan);
    this.#record = this.#durableRecord = this.scan.record;
    this.#recordHash = this.#durableHash = this.scan.recordHash;
    this.#writer = new JournalWriter({
      disk,
      timers: options.timers,
      folder,
      key,
      start: {
        segment,
        segmentBytes: this.scan.segmentBytes,
        group: this.scan.group,
        groupMac: this.scan.groupMac,
        record: this.scan.record,
      },
      segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
      roomBytes: options.roomBytes ?? ROOM_BYTES,
      written: (written, count, body) => {
        this.places.add(written);
        this.#bytes += body.length;
        return options.copy({ number: written.group, firstRecord: written.firstRecord, count, body });
      },
      failed: (cause) => options.failed(new JournalError('journal_write_failed', `after record ${this.#durableRecord}`, { cause })),
    });
  }

  /** Number and hash of the newest durable record. */
  get head(): { readonly record: number; readonly hash: Uint8Array } {
    return { record: this.#durableRecord, hash: this.#durableHash };
  }

  /** Number and hash of the newest record, durable or not. */
  get appended(): { readonly record: number; readonly hash: Uint8Array } {
    return { record: this.#record, hash: this.#recordHash };
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(entry: Entry): Appended {
    const { memory, now, appended, durable } = this.#options;
    const signerId = entry.signerId ?? null;
    const record: JournalRecord = {
      number: this.#record + 1,
      previous: this.#recordHash,
      at: Math.floor(now()),
      event: entry.event,
      code: entry.code ?? '',
      signerId,
      ...memory.nextEntry(entry.event, signerId),
      keyId: entry.keyId ?? null,
      clientId: entry.clientId ?? null,
      operation: entry.operation ?? null,
      rows: entry.rows ?? [],
      detail: entry.detail ?? NO_BYTES,
      personal: entry.personal ?? null,
    };
    const bytes = encode(journalRecord, record);
    const hash = sha256(bytes);
    this.#record = record.number;
    this.#recordHash = hash;
    memory.apply(record);
    appended(entry.rows ?? []);
    this.#last = this.#writer.append(bytes).then(() => {
      this.#durableRecord = record.number;
      this.#durableHash = hash;
      durable(record.rows);
    });
    return { record, durable: this.#last };
  }

  /** When everything appended so far is durable. */
  durable(): Promise<void> {
    return this.#last;
  }

  /** A durable record. */
  read(number: number): JournalRecord {
    try {
      const record = decode(journalRecord, this.#reader.record(number));
      if (record.number !== number) throw new JournalError('journal_broken', `record ${number} is not in its place`);
      return record;
    } catch (cause) {
      this.#options.damaged(number, cause);
      throw cause;
    }
  }

  /** Checks some more of what the start did not read: so many bytes. */
  readOld(bytes: number): void {
    const old = this.#old;
    try {
      if (old === undefined || old.readSome(bytes)) return;
      this.#options.checked(old.record);
    } catch (cause) {
      this.#options.damaged(old!.record + 1, cause);
    }
    this.#old = undefined;
  }

  /** The group of a durable record. */
  groupOf(number: number): { readonly group: number; readonly groupMac: Uint8Array; readonly place: Place } {
    return this.#reader.groupOf(number);
  }

  /** A row as a record has it; undefined while that is not durable. */
  row(number: number, table: TableName, id: Uint8Array): JournalRow | undefined {
    if (number > this.#durableRecord) return undefined;
    const row = this.read(number).rows.find((candidate) => candidate.table === table && sameBytes(candidate.id, id));
    if (row === undefined) throw new JournalError('journal_broken', `record ${number} does not have its row`);
    return row;
  }

  /** One group of the file as it was at start. */
  group(number: number): Uint8Array | undefined {
    if (number === this.scan.group) return this.#lastGroup;
    for (const { body } of this.groupsFrom(number)) return body;
    return undefined;
  }

  /** The groups of the file from a number on, each with a right MAC. */
  groupsFrom(number: number): Generator<CopiedGroup> {
    return this.#reader.groupsFrom(number);
  }

  /** Whether there is room for new work. */
  hasRoom(): boolean {
    return this.#options.disk.free(this.#options.folder) >= RESERVE_BYTES;
  }

  /** Once: a descriptor that was closed is somebody else's by the next call. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.settled();
    this.#writer.close();
    this.#reader.close();
  }
}

/**
 * Writes the valid bytes of the last segment anew, durably, and puts the new file in the old one's place: what an earlier failed write
 * left in memory only is on the disk before anyone is served. Returns the segment to append to.
 */
function rewriteTail(disk: Disk, folder: string, scan: Scan): number {
  const segment = Math.max(1, scan.segment);
  const path = segmentPath(folder, segment);
  const fresh = `${path}.new`;
  if (disk.list(folder).includes(fresh.slice(folder.length + 1))) disk.remove(fresh);
  try {
    const file = disk.create(fresh);
    if (scan.segmentBytes > 0) copyStart(disk, path, file, scan.segmentBytes);
    disk.close(file);
  } catch (cause) {
    throw new JournalError('journal_write_failed', `segment ${segment}, at start`, { cause });
  }
  for (const empty of scan.emptySegments) disk.remove(segmentPath(folder, empty));
  disk.rename(fresh, path);
  return segment;
}

/** In pieces: a segment is large, and what was read of it would stay in memory for long. */
function copyStart(disk: Disk, from: string, to: number, length: number): void {
  const source = disk.openToRead(from);
  try {
    for (let at = 0; at < length; at += PIECE_BYTES) disk.writeNow(to, disk.readAt(source, at, Math.min(PIECE_BYTES, length - at)), at);
  } finally {
    disk.close(source);
  }
}
