// SPDX-License-Identifier: Apache-2.0
// A disk in memory that knows what is durable. What a synchronous write returned for is. A write under way when the SAM ends is there, or
// part of it, or nothing; after one that failed nobody knows: it can be read, and is gone when the power goes. New names in a folder become
// durable with the next durable write, in their order.
import { basename, dirname } from 'node:path';
import type { Disk } from '../../src/journal/disk.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Life, Schedule } from './schedule.ts';

const BLOCK_BYTES = 512;
const SEGMENT = /\/journal-\d{8}$/;
/** How the first write to a file of the journal is called in the trace. */
export const FIRST_WRITE = 'disk: write, the first of its file';

/** A file as it is read, and which of its bytes would not survive the power. */
interface SimulatedFile {
  /** Of snapshots, which can be made again, a failed write ends nothing. */
  readonly journal: boolean;
  bytes: Uint8Array;
  length: number;
  durableLength: number;
  unsafe: { readonly from: number; readonly to: number }[];
}

export interface DiskImage {
  readonly files: ReadonlyMap<string, Uint8Array>;
}

interface UnderWay {
  readonly file: SimulatedFile;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly life: Life;
}

export interface DiskEvents {
  /** A write returned; with it, perhaps, files had come to other places for good. */
  written(moved: boolean): void;
}

export class SimulatedDisk {
  readonly #files = new Map<string, SimulatedFile>();
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #dice: Dice;
  /** How to take back what happened to names since the last durable write. */
  #undo: (() => void)[] = [];
  /** The names that are durable. */
  #durableNames: ReadonlyMap<string, SimulatedFile> = new Map();
  #underWay: UnderWay[] = [];
  /** Bytes that may still be written, as the file system says. */
  freeBytes: number = 2 ** 34;
  /** No file becomes longer any more. */
  full = false;
  /** Whether a life ends at this call, for a reason that others know. */
  endsAtCall: (life: Life) => boolean = () => false;
  events: DiskEvents = { written: () => undefined };

  constructor(image: DiskImage, schedule: Schedule, faults: Faults, dice: Dice) {
    this.#schedule = schedule;
    this.#faults = faults;
    this.#dice = dice;
    for (const [path, bytes] of image.files) this.#files.set(path, fileOf(path, bytes));
    this.#settleNames();
  }

  image(): DiskImage {
    return { files: new Map([...this.#files].map(([path, file]) => [path, new Uint8Array(contentOf(file))])) };
  }

  /** Names and contents as they are read. */
  content(path: string): Uint8Array | undefined {
    const file = this.#files.get(path);
    return file === undefined ? undefined : contentOf(file);
  }

  /** What would still be there without power, where that is the start of the file. */
  durable(path: string): Uint8Array | undefined {
    const file = this.#durableNames.get(path);
    return file === undefined ? undefined : file.bytes.subarray(0, file.unsafe[0]?.from ?? file.length);
  }

  /** All that can be read of files below a folder whose names begin so. */
  contents(folder: string, beginning: string): readonly Uint8Array[] {
    return [...this.#files].filter(([path]) => dirname(path) === folder && basename(path).startsWith(beginning)).map(([, file]) => contentOf(file));
  }

  /** The newest name of a folder that begins so. */
  newest(folder: string, form: RegExp): string | undefined {
    const names = [...this.#files.keys()].filter((path) => dirname(path) === folder && form.test(basename(path)));
    return names.sort().at(-1);
  }

  /** Somebody with hands on the machine puts a file in place for good, or takes it away, while nobody writes. */
  put(path: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#files.delete(path);
    else this.#files.set(path, fileOf(path, bytes));
    this.#settleNames();
  }

  /** The disk as one life of the SAM has it. */
  forLife(life: Life): Disk {
    const open = new Map<number, SimulatedFile>();
    let next = 3;
    const opened = (file: SimulatedFile): number => {
      open.set(next, file);
      return next++;
    };
    return {
      makeFolder: () => undefined,
      list: (folder) => [...this.#files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
      read: (path) => new Uint8Array(contentOf(this.#existing(path))),
      create: (path) => this.#mayEnd(life, () => opened(this.#create(path, life))),
      openToWrite: (path) => opened(this.#existing(path)),
      openToRead: (path) => opened(this.#existing(path)),
      readAt: (file, offset, length) => readAt(open.get(file)!, offset, length),
      write: (file, bytes, offset) => this.#write({ file: open.get(file)!, bytes: new Uint8Array(bytes), offset, life }),
      writeNow: (file, bytes, offset) =>
        this.#mayEnd(life, () => this.#writeNow(open.get(file)!, bytes, offset), () => this.#tornNow(open.get(file)!, bytes, offset)),
      close: (file) => void open.delete(file),
      rename: (from, to) => this.#mayEnd(life, () => this.#rename(from, to)),
      remove: (path) => this.#mayEnd(life, () => this.#remove(path)),
      free: () => this.freeBytes,
    };
  }

  /** The SAM ended: what was under way is kept, torn or dropped; without power, what was not durable goes. */
  crash(power: boolean): void {
    for (const write of this.#underWay.splice(0)) this.#interrupted(write, power);
    if (!power) return;
    if (this.#undo.length > 0) {
      const kept = this.#dice.below(this.#undo.length + 1);
      if (kept < this.#undo.length) this.#faults.count('folder_undone');
      for (const undo of this.#undo.splice(kept).reverse()) undo();
    }
    this.#settleNames();
    for (const file of this.#files.values()) dropUnsafe(file);
  }

  /** No file becomes longer, for a while. */
  fill(milliseconds: number): void {
    this.full = true;
    this.freeBytes = 0;
    this.#schedule.after(milliseconds, 'disk: room again', () => {
      this.full = false;
      this.freeBytes = 2 ** 34;
    });
  }

  #write(write: UnderWay): Promise<void> {
    const { file, bytes, offset, life } = write;
    this.#underWay.push(write);
    return new Promise((resolve, reject) => {
      this.#schedule.soon(
        file.journal && file.length === 0 ? FIRST_WRITE : 'disk: write',
        () => {
          this.#underWay = this.#underWay.filter((other) => other !== write);
          const full = this.full && offset + bytes.length > file.length;
          if (full || this.#faults.strikes('write_failed', 0.02)) {
            this.#failed(write, full);
            reject(new Error(full ? 'ENOSPC' : 'EIO'));
            return;
          }
          if (this.full && file.journal) this.#faults.count('room_on_full_disk');
          putDurably(file, bytes, offset);
          this.events.written(this.#settleNames());
          resolve();
        },
        life,
        8,
      );
    });
  }

  #failed(write: UnderWay, full: boolean): void {
    const { file, bytes, offset, life } = write;
    life.writeFailed ||= file.journal;
    if (isInRoom(write)) this.#faults.count('failed_in_room');
    if (file.journal && file.length === 0 && !full) this.#faults.count('failed_at_rotation');
    const there = full ? this.#dice.below(bytes.length) : this.#dice.one(0, bytes.length >> 1, bytes.length);
    if (full) putDurably(file, bytes.subarray(0, there), offset);
    else putUnsafely(file, bytes.subarray(0, there), offset);
    this.#schedule.say(full ? 'disk: ENOSPC' : `disk: EIO, ${there} of ${bytes.length} bytes can be read`);
  }

  /** The SAM may end right before a call, or in the middle of it; it never comes back from it then. */
  #mayEnd<T>(life: Life, act: () => T, half: () => void = () => undefined): T {
    if (life.alive && (this.#faults.strikes('crash_between_disk_calls', 0.004) || this.endsAtCall(life))) {
      half();
      this.#schedule.say('disk: the SAM ends at a call');
      life.alive = false;
      life.cutOff = true;
    }
    if (!life.alive) throw new Error('this SAM has ended');
    return act();
  }

  #tornNow(file: SimulatedFile, bytes: Uint8Array, offset: number): void {
    putUnsafely(file, bytes.subarray(0, this.#dice.below(bytes.length + 1)), offset);
  }

  #writeNow(file: SimulatedFile, bytes: Uint8Array, offset: number): void {
    if (this.full && offset + bytes.length > file.length) throw new Error('ENOSPC');
    putDurably(file, bytes, offset);
    if (bytes.length > 0) this.#settleNames();
  }

  /** All names are durable now. Whether one was not before. */
  #settleNames(): boolean {
    const moved = this.#undo.length > 0;
    this.#undo = [];
    this.#durableNames = new Map(this.#files);
    return moved;
  }

  #interrupted(write: UnderWay, power: boolean): void {
    const { file, bytes, offset } = write;
    const end = this.#dice.one('write_kept', 'write_torn', 'write_dropped', power ? 'write_holed' : 'write_torn');
    const effective = this.#faults.may(end) ? end : 'write_dropped';
    this.#faults.count(effective);
    this.#schedule.say(`disk: the write under way ${effective}`);
    if (effective === 'write_dropped') return;
    if (file.journal && file.length === 0 && effective !== 'write_kept') this.#faults.count('torn_at_rotation');
    if (isInRoom(write) && effective !== 'write_kept') this.#faults.count('torn_in_room');
    if (effective === 'write_kept') this.#settleNames();
    const kept = effective === 'write_torn' ? bytes.subarray(0, 1 + this.#dice.below(bytes.length - 1)) : new Uint8Array(bytes);
    if (effective === 'write_holed') this.#holes(kept);
    putDurably(file, kept, offset);
  }

  /** Blocks reach the disk in any order; one at least did not. */
  #holes(bytes: Uint8Array): void {
    const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
    const lost = this.#dice.below(blocks);
    for (let block = 0; block < blocks; block++)
      if (block === lost || this.#dice.chance(0.4)) bytes.fill(0, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
  }

  #existing(path: string): SimulatedFile {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`ENOENT: ${path}`);
    return file;
  }

  #create(path: string, life: Life): SimulatedFile {
    if (this.#files.has(path)) throw new Error(`EEXIST: ${path}`);
    const segment = SEGMENT.test(path);
    if (segment && this.#faults.strikes('segment_not_created', 0.03)) {
      life.writeFailed = true;
      throw new Error('EIO');
    }
    if (segment && this.#faults.strikes('full_at_rotation', 0.04)) this.fill(this.#dice.skewed(10, 1500));
    const file = fileOf(path, new Uint8Array(0));
    this.#files.set(path, file);
    this.#undo.push(() => {
      if (segment) this.#faults.count('rotation_undone');
      this.#files.delete(path);
    });
    return file;
  }

  #rename(from: string, to: string): void {
    const [moved, replaced] = [this.#existing(from), this.#files.get(to)];
    this.#files.delete(from);
    this.#files.set(to, moved);
    this.#undo.push(() => {
      this.#files.set(from, moved);
      if (replaced === undefined) this.#files.delete(to);
      else this.#files.set(to, replaced);
    });
  }

  #remove(path: string): void {
    const removed = this.#existing(path);
    this.#files.delete(path);
    this.#undo.push(() => void this.#files.set(path, removed));
  }
}

function isJournal(path: string): boolean {
  return basename(path).startsWith('journal-');
}

/** Over zeros that were written ahead. */
function isInRoom({ file, bytes, offset }: UnderWay): boolean {
  return file.journal && offset + bytes.length <= file.durableLength;
}

function contentOf(file: SimulatedFile): Uint8Array {
  return file.bytes.subarray(0, file.length);
}

function fileOf(path: string, bytes: Uint8Array): SimulatedFile {
  return { journal: isJournal(path), bytes: new Uint8Array(bytes), length: bytes.length, durableLength: bytes.length, unsafe: [] };
}

function put(file: SimulatedFile, bytes: Uint8Array, offset: number): void {
  const end = offset + bytes.length;
  if (end > file.bytes.length) {
    const larger = new Uint8Array(Math.max(4096, 2 * end));
    larger.set(contentOf(file));
    file.bytes = larger;
  }
  file.bytes.set(bytes, offset);
  file.length = Math.max(file.length, end);
}

function putDurably(file: SimulatedFile, bytes: Uint8Array, offset: number): void {
  put(file, bytes, offset);
  file.durableLength = file.length;
}

/** It can be read, until the power goes. */
function putUnsafely(file: SimulatedFile, bytes: Uint8Array, offset: number): void {
  if (bytes.length === 0) return;
  put(file, bytes, offset);
  file.unsafe.push({ from: offset, to: offset + bytes.length });
}

function readAt(file: SimulatedFile, offset: number, length: number): Uint8Array {
  if (offset + length > file.length) throw new Error('the file ends early');
  return file.bytes.slice(offset, offset + length);
}

/** What no durable write covered reads as zeros, or is not there any more where nothing follows it. */
function dropUnsafe(file: SimulatedFile): void {
  for (const { from, to } of file.unsafe.splice(0)) file.bytes.fill(0, from, to);
  file.length = file.durableLength;
}
