// SPDX-License-Identifier: Apache-2.0
import { PdfError } from './error.ts';
import type { WorkBudget } from './limits.ts';
import type { ByteSource } from './source.ts';

export const END = -1;

const WINDOW_LENGTH_FIRST = 1024;
const WINDOW_LENGTH_MAX = 65536;

/** Reads a source from a place onwards, through a small window that grows as long as it is read on. */
export class Cursor {
  readonly source: ByteSource;
  readonly budget: WorkBudget;
  position: number;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #windowLength = WINDOW_LENGTH_FIRST;

  constructor(source: ByteSource, position: number, budget: WorkBudget) {
    this.source = source;
    this.position = position;
    this.budget = budget;
  }

  /** The next byte, which stays unread; END behind the last. */
  peek(): number {
    const at = this.position - this.#windowStart;
    if (at >= 0 && at < this.#window.length) return this.#window[at]!;
    return this.#load() ? this.#window[0]! : END;
  }

  next(): number {
    const byte = this.peek();
    if (byte !== END) this.position += 1;
    return byte;
  }

  /** White space and comments, ISO 32000-2 sections 7.2.3 and 7.2.4. */
  skipSpace(): void {
    for (;;) {
      const byte = this.peek();
      if (isSpace(byte)) this.position += 1;
      else if (byte === PERCENT) this.#skipLine();
      else return;
    }
  }

  /** The characters up to the next delimiter or white space, which must be at most `lengthMax`. */
  word(lengthMax: number): string {
    let text = '';
    while (isRegular(this.peek())) {
      if (text.length === lengthMax) throw new PdfError('pdf_broken', `a word without end at byte ${this.position}`);
      text += String.fromCharCode(this.next());
    }
    return text;
  }

  /** White space, then a whole number without a sign. */
  natural(): number {
    this.skipSpace();
    const start = this.position;
    const text = this.word(16);
    if (!/^\d{1,15}$/.test(text)) throw new PdfError('pdf_broken', `no whole number at byte ${start}`);
    return Number(text);
  }

  /** White space, then exactly this word. */
  expect(word: string): void {
    this.skipSpace();
    const start = this.position;
    if (this.word(word.length + 1) !== word) throw new PdfError('pdf_broken', `no "${word}" at byte ${start}`);
  }

  #skipLine(): void {
    let byte = this.peek();
    while (byte !== END && byte !== CR && byte !== LF) {
      this.position += 1;
      byte = this.peek();
    }
  }

  #load(): boolean {
    if (this.position < 0 || this.position >= this.source.size) return false;
    this.#windowStart = this.position;
    this.#window = this.source.read(this.position, Math.min(this.#windowLength, this.source.size - this.position));
    if (this.#window.length === 0) throw new PdfError('pdf_broken', `the file ended at byte ${this.position}`);
    this.budget.spendParsed(this.#window.length);
    this.#windowLength = Math.min(this.#windowLength * 2, WINDOW_LENGTH_MAX);
    return true;
  }
}

export const LF = 0x0a;
export const CR = 0x0d;
const PERCENT = 0x25;

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === LF || byte === CR || byte === 0x09 || byte === 0x0c || byte === 0x00;
}

const DELIMITERS: ReadonlySet<number> = new Set(Array.from('()<>[]{}/%', (character) => character.charCodeAt(0)));

/** Neither white space nor a delimiter, ISO 32000-2 section 7.2.3. */
export function isRegular(byte: number): boolean {
  return byte > 0x20 ? !DELIMITERS.has(byte) : byte !== END && !isSpace(byte);
}
