// SPDX-License-Identifier: Apache-2.0
// Rows of a fixed number of 32-bit words, side by side in pages: what the SAM remembers of millions of things costs their bytes and nothing
// else, and growing never moves what is there. All rows can be frozen as they are at one moment: whoever changes one later puts its old
// words aside first, until the reader of that moment has passed.
const PAGE_SHIFT = 12;
const PAGE_ROWS = 2 ** PAGE_SHIFT;
const PAGE_MASK = PAGE_ROWS - 1;
const WORD = 2 ** 32;
/** The MAC of a chunk, with which a page is read. */
const BESIDE_BYTES_MAX = 64;

export class PagedRows {
  readonly words: number;
  readonly #pages: Uint32Array[] = [];
  #count = 0;
  #frozen: FrozenRows | undefined;

  constructor(words: number) {
    this.words = words;
  }

  get count(): number {
    return this.#count;
  }

  /** A new row of zeros; gives its number, from 0. */
  add(): number {
    const row = this.#count++;
    if (row >>> PAGE_SHIFT === this.#pages.length) this.#pages.push(new Uint32Array(PAGE_ROWS * this.words));
    return row;
  }

  word(row: number, at: number): number {
    return this.#pages[row >>> PAGE_SHIFT]![(row & PAGE_MASK) * this.words + at]!;
  }

  setWord(row: number, at: number, value: number): void {
    if (this.#frozen !== undefined) this.#frozen.keep(row);
    this.#pages[row >>> PAGE_SHIFT]![(row & PAGE_MASK) * this.words + at] = value;
  }

  /** A number up to 2^53 in two words. */
  number(row: number, at: number): number {
    return this.word(row, at) + this.word(row, at + 1) * WORD;
  }

  setNumber(row: number, at: number, value: number): void {
    this.setWord(row, at, value % WORD);
    this.setWord(row, at + 1, Math.floor(value / WORD));
  }

  /** The bytes of some words; a copy. */
  bytes(row: number, at: number, length: number): Uint8Array {
    return this.#view(row, at, length).slice();
  }

  setBytes(row: number, at: number, bytes: Uint8Array): void {
    if (this.#frozen !== undefined) this.#frozen.keep(row);
    this.#view(row, at, bytes.length).set(bytes);
  }

  equal(row: number, at: number, words: Uint32Array, count: number): boolean {
    const page = this.#pages[row >>> PAGE_SHIFT]!;
    const start = (row & PAGE_MASK) * this.words + at;
    for (let i = 0; i < count; i++) if (page[start + i] !== words[i]) return false;
    return true;
  }

  /** The rows as they are now. One at a time; `end` lets the next be made. */
  freeze(): FrozenRows {
    if (this.#frozen !== undefined) throw new Error('rows are frozen already');
    this.#frozen = new FrozenRows(this.words, this.#pages, this.#count, () => (this.#frozen = undefined));
    return this.#frozen;
  }

  /**
   * Adds the rows of one page as a frozen one gave it. A full page in memory of its own is kept as it came: what is read for millions of rows
   * is not there twice until it is collected.
   */
  addPage(page: Uint8Array): void {
    const rows = page.length / (4 * this.words);
    if (!Number.isInteger(rows) || rows > PAGE_ROWS || (this.#count & PAGE_MASK) !== 0) throw new Error('not a page of these rows');
    this.#pages.push(rows === PAGE_ROWS && isAlone(page) ? new Uint32Array(page.buffer, page.byteOffset, page.length / 4) : this.#copyOf(page));
    this.#count += rows;
  }

  #copyOf(page: Uint8Array): Uint32Array {
    const words = new Uint32Array(PAGE_ROWS * this.words);
    new Uint8Array(words.buffer).set(page);
    return words;
  }

  #view(row: number, at: number, length: number): Uint8Array {
    const page = this.#pages[row >>> PAGE_SHIFT]!;
    return new Uint8Array(page.buffer, ((row & PAGE_MASK) * this.words + at) * 4, length);
  }
}

/** Whether little else is in the memory in which these bytes stand, and words can be read from it. */
function isAlone({ buffer, byteOffset, length }: Uint8Array): boolean {
  return byteOffset % 4 === 0 && buffer.byteLength - length <= BESIDE_BYTES_MAX;
}

export class FrozenRows {
  readonly count: number;
  readonly #words: number;
  readonly #pages: readonly Uint32Array[];
  readonly #ended: () => void;
  #next = 0;
  /** Old words of rows that changed since, by page. */
  readonly #kept = new Map<number, Map<number, Uint32Array>>();

  constructor(words: number, pages: readonly Uint32Array[], count: number, ended: () => void) {
    this.#words = words;
    this.#pages = pages;
    this.count = count;
    this.#ended = ended;
  }

  /** The next page, or undefined after the last. */
  page(): Uint8Array | undefined {
    const page = this.#next;
    const rows = Math.min(PAGE_ROWS, this.count - page * PAGE_ROWS);
    if (rows <= 0) return undefined;
    this.#next += 1;
    const words = this.#pages[page]!.slice(0, rows * this.#words);
    for (const [row, old] of this.#kept.get(page) ?? []) words.set(old, (row & PAGE_MASK) * this.#words);
    this.#kept.delete(page);
    return new Uint8Array(words.buffer);
  }

  /** Called before a row changes. */
  keep(row: number): void {
    const page = row >>> PAGE_SHIFT;
    if (row >= this.count || page < this.#next) return;
    const kept = this.#kept.get(page) ?? new Map<number, Uint32Array>();
    if (kept.has(row)) return;
    const start = (row & PAGE_MASK) * this.#words;
    kept.set(row, this.#pages[page]!.slice(start, start + this.#words));
    this.#kept.set(page, kept);
  }

  end(): void {
    this.#kept.clear();
    this.#ended();
  }
}
