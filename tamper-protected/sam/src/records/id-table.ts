// SPDX-License-Identifier: Apache-2.0
// Paged rows that are found by an id of fixed length, which stands whole in the row: two ids are never taken for one another. The slots that
// lead to rows are cut into shards, each of which grows alone: nothing waits while millions are moved.
import { type FrozenRows, PagedRows } from './paged-rows.ts';
import { type HashSeed, seededHash } from './seeded-hash.ts';

const SHARDS = 256;
const LOAD_MAX = 0.75;
const GROWTH = 1.25;
const HASHES_PER_SHARD = 2 ** 24;
const NO_SLOTS = new Uint32Array(0);

export const NO_ROW = -1;

const scratch = new Uint32Array(8);
const scratchBytes = new Uint8Array(scratch.buffer);

export class IdTable {
  readonly rows: PagedRows;
  readonly #seed: HashSeed;
  readonly #idAt: number;
  readonly #idWords: number;
  /** Number of the row plus 1, or 0. */
  readonly #shards: Uint32Array[] = Array.from({ length: SHARDS }, () => NO_SLOTS);
  readonly #used = new Uint32Array(SHARDS);

  /** Rows of `words` words, behind which the id stands. */
  constructor(seed: HashSeed, words: number, idBytes: 16 | 32) {
    this.#seed = seed;
    this.#idAt = words;
    this.#idWords = idBytes / 4;
    this.rows = new PagedRows(words + this.#idWords);
  }

  /** The row of an id, or NO_ROW. */
  find(id: Uint8Array): number {
    if (id.length !== 4 * this.#idWords) return NO_ROW;
    scratchBytes.set(id);
    const hash = seededHash(this.#seed, scratch, this.#idWords);
    const slots = this.#shards[hash % SHARDS]!;
    if (slots.length === 0) return NO_ROW;
    for (let at = firstSlot(hash, slots.length); ; at = at + 1 === slots.length ? 0 : at + 1) {
      const row = slots[at]! - 1;
      if (row === NO_ROW || this.rows.equal(row, this.#idAt, scratch, this.#idWords)) return row;
    }
  }

  findOrAdd(id: Uint8Array): number {
    const found = this.find(id);
    if (found !== NO_ROW) return found;
    if (id.length !== 4 * this.#idWords) throw new Error('an id of another length');
    const row = this.rows.add();
    this.rows.setBytes(row, this.#idAt, id);
    this.#enter(row);
    return row;
  }

  id(row: number): Uint8Array {
    return this.rows.bytes(row, this.#idAt, 4 * this.#idWords);
  }

  freeze(): FrozenRows {
    return this.rows.freeze();
  }

  /** Finds the rows again that were added as pages. */
  enterAll(): void {
    const capacity = Math.ceil((this.rows.count / SHARDS) * (1.05 / LOAD_MAX)) + 8;
    for (let shard = 0; shard < SHARDS; shard++) this.#shards[shard] = new Uint32Array(capacity);
    this.#used.fill(0);
    for (let row = 0; row < this.rows.count; row++) this.#enter(row);
  }

  #enter(row: number): void {
    const hash = this.#hashOf(row);
    const shard = hash % SHARDS;
    if (this.#used[shard]! + 1 > this.#shards[shard]!.length * LOAD_MAX) this.#grow(shard);
    put(this.#shards[shard]!, hash, row);
    this.#used[shard]! += 1;
  }

  #grow(shard: number): void {
    const old = this.#shards[shard]!;
    const slots = new Uint32Array(Math.ceil(old.length * GROWTH) + 4);
    for (const slot of old) if (slot !== 0) put(slots, this.#hashOf(slot - 1), slot - 1);
    this.#shards[shard] = slots;
  }

  #hashOf(row: number): number {
    for (let i = 0; i < this.#idWords; i++) scratch[i] = this.rows.word(row, this.#idAt + i);
    return seededHash(this.#seed, scratch, this.#idWords);
  }
}

function firstSlot(hash: number, capacity: number): number {
  return Math.floor(((hash >>> 8) / HASHES_PER_SHARD) * capacity);
}

function put(slots: Uint32Array, hash: number, row: number): void {
  let at = firstSlot(hash, slots.length);
  while (slots[at] !== 0) at = at + 1 === slots.length ? 0 : at + 1;
  slots[at] = row + 1;
}
