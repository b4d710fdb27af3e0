// SPDX-License-Identifier: Apache-2.0
import { utf8 } from '../bytes/index.ts';
import { CborError } from './error.ts';

const SHORT_TEXT_MAX = 64;
const START_BYTES = 4096;
/** A buffer that grew beyond this is not kept for the next encoding. */
const KEPT_BYTES_MAX = 1_048_576;

/** Appends deterministic CBOR items to one growing buffer. The caller writes map keys in ascending order. */
export class CborWriter {
  #bytes = new Uint8Array(START_BYTES);
  #length = 0;

  /** Forgets what was written and overwrites it: the writer serves another encoding. */
  clear(): void {
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = new Uint8Array(START_BYTES);
    else this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  /** What was written so far, as a copy of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** An unsigned integer below 2^53. */
  uint(value: number): void {
    this.#head(0, value);
  }

  bytes(value: Uint8Array): void {
    this.#head(2, value.length);
    this.#append(value);
  }

  /** NFC text; other text is refused rather than changed. */
  text(value: string): void {
    if (this.#ascii(value)) return;
    if (!value.isWellFormed() || value.normalize('NFC') !== value) throw new CborError('cbor_not_nfc', this.#length);
    const encoded = utf8(value);
    this.#head(3, encoded.length);
    this.#append(encoded);
  }

  array(count: number): void {
    this.#head(4, count);
  }

  map(count: number): void {
    this.#head(5, count);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xf5 : 0xf4);
  }

  null(): void {
    this.#byte(0xf6);
  }

  /** Most texts are short and of ASCII alone, whose one spelling is plain; gives false, with nothing written, for others. */
  #ascii(value: string): boolean {
    const { length } = value;
    if (length > SHORT_TEXT_MAX) return false;
    this.#reserve(2 + length);
    let at = this.#length + (length < 24 ? 1 : 2);
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      this.#bytes[at++] = unit;
    }
    this.#head(3, length);
    this.#length = at;
    return true;
  }

  #head(major: number, argument: number): void {
    if (!Number.isSafeInteger(argument) || argument < 0) throw new CborError('cbor_number_range', this.#length);
    const top = major << 5;
    if (argument < 24) this.#byte(top | argument);
    else if (argument < 0x100) this.#wide(top | 24, argument, 1);
    else if (argument < 0x10000) this.#wide(top | 25, argument, 2);
    else if (argument < 0x1_0000_0000) this.#wide(top | 26, argument, 4);
    else this.#wide(top | 27, argument, 8);
  }

  #wide(first: number, argument: number, width: 1 | 2 | 4 | 8): void {
    this.#reserve(1 + width);
    this.#bytes[this.#length++] = first;
    let rest = argument;
    for (let at = this.#length + width - 1; at >= this.#length; at--) {
      this.#bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#length += width;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #append(part: Uint8Array): void {
    this.#reserve(part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
