// SPDX-License-Identifier: Apache-2.0
// Snapshots of memory in the SAM's folder: made when the journal has grown enough since the last, so that a start reads the newest and the
// journal's tail. The journal stays the truth: a snapshot only says what memory was when it took in a certain record, and if that record is
// not in the journal any more, the SAM does not start. The last two are kept.
import { join } from 'node:path';
import type { Log } from '@sigillo/wire';
import type { Disk } from '../journal/disk.ts';
import { type Journal, RESERVE_BYTES } from '../journal/journal.ts';
import type { Memory } from '../memory.ts';
import type { RowIndex } from '../records/row-index.ts';
import { type Chunk, readChunks, SNAPSHOT_ID_BYTES, writeChunks } from './chunks.ts';
import { freeze, type Frozen } from './freeze.ts';
import { BYTE_ORDER, thaw, type Thawed } from './thaw.ts';

/** How much the journal grows, at least, before a snapshot is worth it. */
export const SNAPSHOT_EVERY_BYTES: number = 64 * 1_048_576;
const KEPT = 2;

export interface SnapshotsOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly key: Uint8Array;
  readonly random: (length: number) => Uint8Array;
  readonly log: Log;
  /** Snapshots are made but not read. */
  readonly unused?: boolean;
  readonly everyBytes?: number;
}

export interface OpenedMemory {
  readonly memory: Memory;
  readonly index: RowIndex;
}

export class Snapshots {
  readonly #options: SnapshotsOptions;
  /** How long the journal was, as far as this start knows, when the last snapshot was made, and how long that is. */
  #since = 0;
  #size = 0;
  #making: Promise<void> | undefined;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** Memory of the newest snapshot that is whole, and where the journal goes on from it; or empty memory. */
  open(empty: () => OpenedMemory): OpenedMemory & { readonly thawed: Thawed | undefined } {
    const { disk, folder, log } = this.#options;
    for (const name of disk.list(folder)) if (UNFINISHED.test(name)) disk.remove(join(folder, name));
    for (const name of this.#options.unused === true ? [] : this.#names().reverse()) {
      const { memory, index } = empty();
      try {
        return { memory, index, thawed: this.#read(name, memory, index) };
      } catch (cause) {
        log.error('snapshot_damaged', { code: 'snapshot_damaged', record: recordOf(name) }, cause);
      }
    }
    return { ...empty(), thawed: undefined };
  }

  /** Makes one if it is time. One that fails is said and not tried again before the journal has grown as much once more. */
  async makeIfDue(memory: Memory, index: RowIndex, journal: Journal): Promise<void> {
    if (this.#making !== undefined) return this.#making;
    // As much is written for snapshots, at most, as for the journal.
    const every = this.#options.everyBytes ?? Math.max(SNAPSHOT_EVERY_BYTES, this.#size);
    if (journal.bytes - this.#since < every || memory.genesis === undefined) return;
    await this.make(memory, index, journal);
  }

  /** Makes one now. */
  async make(memory: Memory, index: RowIndex, journal: Journal): Promise<void> {
    await this.#making;
    this.#since = journal.bytes;
    this.#making = this.#make(memory, index, journal).finally(() => (this.#making = undefined));
    await this.#making;
  }

  async #make(memory: Memory, index: RowIndex, journal: Journal): Promise<void> {
    const { log } = this.#options;
    try {
      const record = await this.#write(freeze(memory, index, journal.places), memory, journal);
      log.info('snapshot_made', { record, count: this.#size });
      this.#removeOld();
    } catch (cause) {
      log.error('snapshot_not_made', { code: 'snapshot_not_made' }, cause);
    }
  }

  async #write(frozen: Frozen, memory: Memory, journal: Journal): Promise<number> {
    const { disk, folder } = this.#options;
    const { record, hash: recordHash } = journal.appended;
    const { epoch, genesis } = memory;
    try {
      await journal.durable();
      const head = { record, recordHash, ...journal.groupOf(record), epoch, genesis: genesis!, rows: frozen.rows, byteOrder: BYTE_ORDER };
      if (disk.free(folder) < 2 * RESERVE_BYTES + 2 * this.#size) throw new Error('no room for a snapshot');
      const path = join(folder, nameOf(record));
      await this.#writeFile(`${path}.new`, frozen.chunks(head));
      // Some of it may be newer than the moment; from here on all of it is durable.
      await journal.durable();
      disk.rename(`${path}.new`, path);
      return record;
    } finally {
      frozen.end();
    }
  }

  async #writeFile(path: string, chunks: Iterable<Chunk>): Promise<void> {
    const { disk, key, random } = this.#options;
    const file = disk.create(path);
    let whole = false;
    try {
      this.#size = await writeChunks(disk, file, key, random(SNAPSHOT_ID_BYTES), chunks);
      whole = true;
    } finally {
      disk.close(file);
      if (!whole) disk.remove(path);
    }
  }

  #read(name: string, memory: Memory, index: RowIndex): Thawed {
    const { disk, folder, key } = this.#options;
    const file = disk.openToRead(join(folder, name));
    try {
      return thaw(this.#counted(readChunks(disk, file, key)), memory, index);
    } finally {
      disk.close(file);
    }
  }

  *#counted(chunks: Iterable<Chunk>): Generator<Chunk> {
    this.#size = 0;
    for (const chunk of chunks) {
      this.#size += chunk.payload.length;
      yield chunk;
    }
  }

  /** They tell of a journal that there is no more. */
  removeAll(): void {
    const { disk, folder } = this.#options;
    for (const name of this.#names()) disk.remove(join(folder, name));
  }

  /** Oldest first. */
  #names(): string[] {
    const { disk, folder } = this.#options;
    return disk
      .list(folder)
      .filter((name) => WHOLE.test(name))
      .sort();
  }

  #removeOld(): void {
    const { disk, folder } = this.#options;
    for (const name of this.#names().slice(0, -KEPT)) disk.remove(join(folder, name));
  }
}

const WHOLE = /^snapshot-\d{16}$/;
const UNFINISHED = /^snapshot-\d{16}\.new$/;

function nameOf(record: number): string {
  return `snapshot-${String(record).padStart(16, '0')}`;
}

function recordOf(name: string): number {
  return Number(name.slice('snapshot-'.length));
}
