// SPDX-License-Identifier: Apache-2.0
// One object from its spelling, ISO 32000-2 section 7.3. Where the standard leaves a spelling undefined (a key twice, two signs before a
// number, an unknown word) readers differ in what they see, so it is refused.
import { type Cursor, CR, END, isRegular, isSpace, LF } from './cursor.ts';
import { PdfError } from './error.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfArray, PdfDictionary, PdfName, PdfObject, PdfReal, PdfReference, PdfString } from './objects.ts';

const NAME_LENGTH_MAX = 1024;
const NUMBER_LENGTH_MAX = 64;

export function parseObject(cursor: Cursor, limits: PdfLimits): PdfObject {
  return new ObjectParser(cursor, limits).parse(0);
}

class ObjectParser {
  readonly #cursor: Cursor;
  readonly #limits: PdfLimits;
  #count = 0;

  constructor(cursor: Cursor, limits: PdfLimits) {
    this.#cursor = cursor;
    this.#limits = limits;
  }

  parse(depth: number): PdfObject {
    if (depth > this.#limits.depthMax) throw new PdfError('pdf_too_deep', `objects within objects at byte ${this.#cursor.position}`);
    if (++this.#count > this.#limits.valueCountMax) throw new PdfError('pdf_object_too_large', `at byte ${this.#cursor.position}`);
    this.#cursor.skipSpace();
    switch (this.#cursor.peek()) {
      case SLASH:
        return this.#name();
      case PAREN_OPEN:
        return this.#literalString();
      case LESS:
        return this.#angle(depth);
      case BRACKET_OPEN:
        return this.#array(depth);
      default:
        return this.#word();
    }
  }

  #array(depth: number): PdfArray {
    const items: PdfObject[] = [];
    this.#cursor.next();
    for (;;) {
      this.#cursor.skipSpace();
      if (this.#cursor.peek() === BRACKET_CLOSE) break;
      items.push(this.parse(depth + 1));
    }
    this.#cursor.next();
    return { kind: 'array', items };
  }

  #angle(depth: number): PdfDictionary | PdfString {
    const start = this.#cursor.position;
    this.#cursor.next();
    if (this.#cursor.peek() !== LESS) return this.#hexString(start);
    this.#cursor.next();
    return this.#dictionary(depth);
  }

  #dictionary(depth: number): PdfDictionary {
    const entries = new Map<string, PdfObject>();
    const seen = new Set<string>();
    for (;;) {
      this.#cursor.skipSpace();
      const byte = this.#cursor.peek();
      if (byte === GREATER) break;
      if (byte !== SLASH) throw this.#broken('no key');
      const { name } = this.#name();
      if (seen.has(name)) throw this.#broken('a key twice');
      seen.add(name);
      const value = this.parse(depth + 1);
      if (value !== null) entries.set(name, value);
    }
    this.#cursor.next();
    if (this.#cursor.next() !== GREATER) throw this.#broken('a dictionary without end');
    return { kind: 'dictionary', entries };
  }

  #name(): PdfName {
    const start = this.#cursor.position;
    this.#cursor.next();
    let name = '';
    while (isRegular(this.#cursor.peek())) {
      if (name.length === NAME_LENGTH_MAX) throw new PdfError('pdf_object_too_large', `a name at byte ${start}`);
      const byte = this.#cursor.next();
      name += String.fromCharCode(byte === HASH ? this.#escapedByte() : byte);
    }
    return { kind: 'name', name };
  }

  #escapedByte(): number {
    const high = hexValue(this.#cursor.next());
    const low = hexValue(this.#cursor.next());
    if (high < 0 || low < 0 || (high === 0 && low === 0)) throw this.#broken('a bad escape in a name');
    return high * 16 + low;
  }

  /** ISO 32000-2 section 7.3.4.3; a missing last digit is 0. */
  #hexString(start: number): PdfString {
    const bytes = new ByteList(this.#limits.stringLengthMax);
    let high = -1;
    for (;;) {
      const byte = this.#cursor.next();
      if (byte === GREATER) break;
      if (isSpace(byte)) continue;
      const value = hexValue(byte);
      if (value < 0) throw this.#broken('a bad hexadecimal string');
      if (high < 0) high = value;
      else {
        bytes.push(high * 16 + value);
        high = -1;
      }
    }
    if (high >= 0) bytes.push(high * 16);
    return { kind: 'string', bytes: bytes.take(), hexadecimal: true, start, end: this.#cursor.position };
  }

  /** ISO 32000-2 section 7.3.4.2. */
  #literalString(): PdfString {
    const start = this.#cursor.position;
    const bytes = new ByteList(this.#limits.stringLengthMax);
    this.#cursor.next();
    for (let open = 1; ; ) {
      const byte = this.#cursor.next();
      if (byte === END) throw this.#broken('a string without end');
      if (byte === PAREN_OPEN) open += 1;
      else if (byte === PAREN_CLOSE) open -= 1;
      if (open === 0) break;
      if (byte === BACKSLASH) this.#escape(bytes);
      else if (byte === CR) {
        this.#skipLineFeed();
        bytes.push(LF);
      } else bytes.push(byte);
    }
    return { kind: 'string', bytes: bytes.take(), hexadecimal: false, start, end: this.#cursor.position };
  }

  #escape(bytes: ByteList): void {
    const byte = this.#cursor.next();
    if (byte === CR) this.#skipLineFeed();
    else if (byte === LF) return;
    else if (isOctal(byte)) bytes.push(this.#octal(byte));
    else bytes.push(ESCAPES.get(byte) ?? byte);
  }

  #octal(first: number): number {
    let value = first - ZERO;
    for (let digits = 1; digits < 3 && isOctal(this.#cursor.peek()); digits++) value = value * 8 + this.#cursor.next() - ZERO;
    return value & 0xff;
  }

  #skipLineFeed(): void {
    if (this.#cursor.peek() === LF) this.#cursor.next();
  }

  #word(): PdfObject {
    const word = this.#cursor.word(NUMBER_LENGTH_MAX);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (/^\d{1,10}$/.test(word)) return this.#reference(Number(word)) ?? Number(word);
    if (/^[+-]?\d{1,15}$/.test(word)) return Number(word) + 0;
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return { kind: 'real', text: word } satisfies PdfReal;
    throw this.#broken('no object');
  }

  /** `number generation R`; anything else behind the number stays unread. */
  #reference(number: number): PdfReference | null {
    const behindNumber = this.#cursor.position;
    this.#cursor.skipSpace();
    if (isDigit(this.#cursor.peek())) {
      const generation = this.#cursor.word(NUMBER_LENGTH_MAX);
      this.#cursor.skipSpace();
      if (/^\d{1,5}$/.test(generation) && this.#cursor.peek() === LETTER_R && this.#cursor.word(NUMBER_LENGTH_MAX) === 'R') {
        return { kind: 'reference', number, generation: Number(generation) };
      }
    }
    this.#cursor.position = behindNumber;
    return null;
  }

  #broken(what: string): PdfError {
    return new PdfError('pdf_broken', `${what} at byte ${this.#cursor.position}`);
  }
}

/** Bytes one after the other, up to a limit. */
class ByteList {
  readonly #lengthMax: number;
  #bytes = new Uint8Array(64);
  #length = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  push(byte: number): void {
    if (this.#length === this.#lengthMax) throw new PdfError('pdf_object_too_large', 'a string');
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

export function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

const SLASH = 0x2f;
const PAREN_OPEN = 0x28;
const PAREN_CLOSE = 0x29;
const LESS = 0x3c;
const GREATER = 0x3e;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const ZERO = 0x30;
const LETTER_R = 0x52;
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
]);
