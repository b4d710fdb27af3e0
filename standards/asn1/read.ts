// SPDX-License-Identifier: Apache-2.0
// The typed reader. It takes the elements of one constructed element from front to back; each method takes one element of its
// type and throws an Asn1Error where the next one is of another type or missing. `end` must be called where nothing may follow.
import { concat, fromUtf8 } from '../bytes/index.ts';
import { hasCanonicalContent, latin1 } from './canonical.ts';
import { type Asn1Element, type Asn1Limits, parseElement } from './element.ts';
import { Asn1Error } from './error.ts';
import { oidText } from './oid.ts';
import { contextConstructed, contextPrimitive, TAG } from './tags.ts';
import { parseTimeText } from './time.ts';

/** Reads bytes that are one DER element and nothing else. */
export function readDer(bytes: Uint8Array, limits?: Partial<Asn1Limits>): Asn1Reader {
  return new Asn1Reader([parseElement(bytes, 'der', limits)], 'der', bytes.length);
}

/** Reads one BER element. Only for what others wrote and we carry: parts that are relied upon are read again as DER. */
export function readBer(bytes: Uint8Array, limits?: Partial<Asn1Limits>): Asn1Reader {
  return new Asn1Reader([parseElement(bytes, 'ber', limits)], 'ber', bytes.length);
}

export class Asn1Reader {
  readonly #items: readonly Asn1Element[];
  readonly #encoding: 'der' | 'ber';
  readonly #endOffset: number;
  #next = 0;

  constructor(items: readonly Asn1Element[], encoding: 'der' | 'ber', endOffset: number) {
    this.#items = items;
    this.#encoding = encoding;
    this.#endOffset = endOffset;
  }

  /** The identifier octet of the next element, which stays unread; undefined at the end. */
  get tag(): number | undefined {
    return this.#items[this.#next]?.tag;
  }

  get offset(): number {
    return this.#items[this.#next]?.offset ?? this.#endOffset;
  }

  /** How many elements are left. */
  get left(): number {
    return this.#items.length - this.#next;
  }

  end(): void {
    if (this.left > 0) throw new Asn1Error('asn1_unexpected', this.offset);
  }

  /** All that is left, item by item. */
  all<T>(read: (reader: this) => T): T[] {
    const values: T[] = [];
    while (this.left > 0) values.push(read(this));
    return values;
  }

  /** The next element, left unread; of this tag, where one is given. */
  peek(tag?: number): Asn1Element {
    const item = this.#items[this.#next];
    if (item === undefined || (tag !== undefined && item.tag !== tag)) throw new Asn1Error('asn1_unexpected', this.offset);
    return item;
  }

  /** The next element whatever it is. */
  any(): Asn1Element {
    return this.#advance(this.peek());
  }

  /** The next element if it has this tag. */
  take(tag: number): Asn1Element {
    return this.#advance(this.peek(tag));
  }

  sequence(): Asn1Reader {
    return this.#inside(this.take(TAG.sequence));
  }

  set(): Asn1Reader {
    return this.#inside(this.take(TAG.set));
  }

  /** `[number] EXPLICIT`: a reader of the one element that it holds (X.690 section 8.14.3). */
  explicit(number: number): Asn1Reader {
    const item = this.take(contextConstructed(number));
    if (item.children.length !== 1) throw new Asn1Error('asn1_unexpected', item.offset);
    return this.#inside(item);
  }

  optionalExplicit(number: number): Asn1Reader | undefined {
    return this.tag === contextConstructed(number) ? this.explicit(number) : undefined;
  }

  /** `[number] IMPLICIT`: a reader of that one element under the tag of its type. */
  implicit(number: number, universalTag: number): Asn1Reader {
    const tag = universalTag & 0x20 ? contextConstructed(number) : contextPrimitive(number);
    const item = { ...this.take(tag), tag: universalTag };
    if (this.#encoding === 'der' && !hasCanonicalContent(item)) throw new Asn1Error('asn1_not_der', item.offset);
    return new Asn1Reader([item], this.#encoding, item.offset + item.encoded.length);
  }

  optionalImplicit(number: number, universalTag: number): Asn1Reader | undefined {
    const tag = universalTag & 0x20 ? contextConstructed(number) : contextPrimitive(number);
    return this.tag === tag ? this.implicit(number, universalTag) : undefined;
  }

  /** The octets of an INTEGER that is not negative, big-endian, without the sign octet. */
  integerBytes(): Uint8Array {
    const item = this.take(TAG.integer);
    if (item.content.length === 0 || item.content[0]! >= 0x80) throw new Asn1Error('asn1_number_range', item.offset);
    return item.content.length > 1 && item.content[0] === 0 ? item.content.subarray(1) : item.content;
  }

  /** A small INTEGER that is not negative. */
  integer(max: number = Number.MAX_SAFE_INTEGER): number {
    return this.#small(this.offset, this.integerBytes(), max);
  }

  enumerated(max: number): number {
    const item = this.take(TAG.enumerated);
    return this.#small(item.offset, item.content, max);
  }

  oid(): string {
    const item = this.take(TAG.oid);
    const text = oidText(item.content);
    if (text === null) throw new Asn1Error('asn1_malformed', item.offset);
    return text;
  }

  octetString(): Uint8Array {
    if (this.tag === (TAG.octetString | 0x20)) return segments(this.any());
    return this.take(TAG.octetString).content;
  }

  /** A BIT STRING of whole octets. */
  bitString(): Uint8Array {
    const item = this.take(TAG.bitString);
    if (item.content[0] !== 0) throw new Asn1Error('asn1_unexpected', item.offset);
    return item.content.subarray(1);
  }

  /** The numbers of the bits that are set. Trailing zero bits are refused in DER (X.690 section 11.2.2). */
  namedBits(): Set<number> {
    const { content, offset } = this.take(TAG.bitString);
    const unused = content[0]!;
    if (content.length > 1 && this.#encoding === 'der' && ((content.at(-1)! >> unused) & 1) === 0)
      throw new Asn1Error('asn1_not_der', offset);
    const numbers = new Set<number>();
    for (let number = 0; number < (content.length - 1) * 8; number++) {
      if (content[1 + (number >> 3)]! & (0x80 >> (number & 7))) numbers.add(number);
    }
    return numbers;
  }

  boolean(): boolean {
    return this.take(TAG.boolean).content[0] !== 0;
  }

  /** BOOLEAN DEFAULT FALSE: absent or true, since DER leaves a default out (X.690 section 11.5). */
  defaultFalse(): boolean {
    if (this.tag !== TAG.boolean) return false;
    const { offset } = this;
    const value = this.boolean();
    if (!value && this.#encoding === 'der') throw new Asn1Error('asn1_not_der', offset);
    return value;
  }

  null(): null {
    this.take(TAG.null);
    return null;
  }

  /** Any of the string types of a Name. TeletexString is read as Latin-1, which is what its writers meant. */
  text(): string {
    const item = this.any();
    const decode = TEXTS.get(item.tag);
    if (decode === undefined) throw new Asn1Error('asn1_unexpected', item.offset);
    try {
      return decode(item.content);
    } catch {
      throw new Asn1Error('asn1_bad_text', item.offset);
    }
  }

  /** The Time of RFC 5280 section 4.1.2.5 in milliseconds since 1970: UTCTime until 2049, GeneralizedTime in whole seconds from 2050 on. */
  timeMs(): number {
    if (this.tag === TAG.utcTime) return this.#time('utc');
    const { offset } = this;
    const timeMs = this.generalizedTimeMs();
    if (timeMs < YEAR_2050_MS || timeMs % 1000 !== 0) throw new Asn1Error('asn1_bad_time', offset);
    return timeMs;
  }

  generalizedTimeMs(): number {
    return this.#time('generalized');
  }

  #advance(item: Asn1Element): Asn1Element {
    this.#next += 1;
    return item;
  }

  #inside(item: Asn1Element): Asn1Reader {
    return new Asn1Reader(item.children, this.#encoding, item.offset + item.encoded.length);
  }

  #small(offset: number, content: Uint8Array, max: number): number {
    let value = 0;
    for (const octet of content.subarray(0, 8)) value = value * 256 + octet;
    if (content.length > 7 || value > max) throw new Asn1Error('asn1_number_range', offset);
    return value;
  }

  #time(kind: 'utc' | 'generalized'): number {
    const item = this.take(kind === 'utc' ? TAG.utcTime : TAG.generalizedTime);
    const timeMs = parseTimeText(latin1(item.content), kind);
    if (timeMs === null) throw new Asn1Error('asn1_bad_time', item.offset);
    return timeMs;
  }
}

const YEAR_2050_MS = Date.UTC(2050, 0, 1);

/** X.690 section 8.7.3: an OCTET STRING in pieces, which BER allows. */
function segments(item: Asn1Element): Uint8Array {
  return concat(
    ...item.children.map((child) => {
      if (child.tag === TAG.octetString) return child.content;
      if (child.tag === (TAG.octetString | 0x20)) return segments(child);
      throw new Asn1Error('asn1_unexpected', child.offset);
    }),
  );
}

function wideText(content: Uint8Array, width: 2 | 4): string {
  if (content.length % width !== 0) throw new RangeError('cut in a character');
  let text = '';
  for (let at = 0; at < content.length; at += width) {
    let point = 0;
    for (let i = 0; i < width; i++) point = point * 256 + content[at + i]!;
    text += width === 2 ? String.fromCharCode(point) : String.fromCodePoint(point);
  }
  return text;
}

const TEXTS: ReadonlyMap<number, (content: Uint8Array) => string> = new Map([
  [TAG.utf8String, fromUtf8],
  [TAG.numericString, latin1],
  [TAG.printableString, latin1],
  [TAG.teletexString, latin1],
  [TAG.ia5String, latin1],
  [TAG.visibleString, latin1],
  [TAG.bmpString, (content: Uint8Array) => wideText(content, 2)],
  [TAG.universalString, (content: Uint8Array) => wideText(content, 4)],
]);
