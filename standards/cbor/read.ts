// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from '../bytes/index.ts';
import { CborError } from './error.ts';

export type CborKind = 'uint' | 'bytes' | 'text' | 'array' | 'map' | 'boolean' | 'null';

const KIND_BY_MAJOR: readonly (CborKind | undefined)[] = ['uint', undefined, 'bytes', 'text', 'array', 'map'];

/**
 * Reads deterministic CBOR from front to back. Each method takes one item of its kind and throws a CborError when the next item is
 * another kind or is not in its one spelling. The reader of a map keeps the keys ascending by `key`.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  /** The kind of the next item, which stays unread. */
  peek(): CborKind {
    const first = this.#bytes[this.#at];
    if (first === undefined) throw new CborError('cbor_truncated', this.#at);
    if (first === 0xf4 || first === 0xf5) return 'boolean';
    if (first === 0xf6) return 'null';
    const kind = KIND_BY_MAJOR[first >> 5];
    if (kind === undefined) throw new CborError('cbor_not_allowed', this.#at);
    return kind;
  }

  /** Whether the next item is null; it stays unread. */
  atNull(): boolean {
    return this.#bytes[this.#at] === 0xf6;
  }

  uint(): number {
    return this.#head(0);
  }

  /** A view into the input, not a copy. */
  bytes(lengthMax: number): Uint8Array {
    return this.#string(2, lengthMax);
  }

  text(lengthMax: number): string {
    const start = this.#at;
    const encoded = this.#string(3, lengthMax);
    let value: string;
    try {
      value = fromUtf8(encoded);
    } catch {
      throw new CborError('cbor_not_utf8', start);
    }
    if (value.normalize('NFC') !== value) throw new CborError('cbor_not_nfc', start);
    return value;
  }

  array(countMax: number): number {
    return this.#count(4, countMax);
  }

  map(countMax: number): number {
    return this.#count(5, countMax);
  }

  /** The next key of a map, which must be above the one before it (-1 before the first). */
  key(previous: number): number {
    const start = this.#at;
    const key = this.#head(0);
    if (key <= previous) throw new CborError('cbor_keys_not_sorted', start);
    return key;
  }

  boolean(): boolean {
    const first = this.#bytes[this.#at];
    if (first !== 0xf4 && first !== 0xf5) throw this.#unexpected();
    this.#at += 1;
    return first === 0xf5;
  }

  null(): null {
    if (this.#bytes[this.#at] !== 0xf6) throw this.#unexpected();
    this.#at += 1;
    return null;
  }

  /** Nothing may follow the value that was read. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new CborError('cbor_trailing', this.#at);
  }

  #unexpected(): CborError {
    return new CborError(this.#at >= this.#bytes.length ? 'cbor_truncated' : 'cbor_unexpected', this.#at);
  }

  #string(major: number, lengthMax: number): Uint8Array {
    const start = this.#at;
    const length = this.#head(major);
    if (length > lengthMax) throw new CborError('cbor_too_large', start);
    if (length > this.#bytes.length - this.#at) throw new CborError('cbor_truncated', start);
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  #count(major: number, countMax: number): number {
    const start = this.#at;
    const count = this.#head(major);
    if (count > countMax) throw new CborError('cbor_too_large', start);
    return count;
  }

  #head(major: number): number {
    const start = this.#at;
    const first = this.#bytes[start];
    if (first === undefined || first >> 5 !== major) throw this.#unexpected();
    this.#at += 1;
    const info = first & 31;
    if (info < 24) return info;
    if (info === 31) throw new CborError('cbor_indefinite', start);
    if (info > 27) throw new CborError('cbor_not_allowed', start);
    return this.#wide(1 << (info - 24), start);
  }

  #wide(width: number, start: number): number {
    if (width > this.#bytes.length - this.#at) throw new CborError('cbor_truncated', start);
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.#bytes[this.#at++]!;
    if (!Number.isSafeInteger(value)) throw new CborError('cbor_number_range', start);
    const smallest = width === 1 ? 24 : 256 ** (width / 2);
    if (value < smallest) throw new CborError('cbor_not_shortest', start);
    return value;
  }
}
