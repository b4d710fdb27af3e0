// SPDX-License-Identifier: Apache-2.0
// The DER writer. Every function returns one whole element; nested ones are arguments, so a structure reads as its ASN.1.
import { compareBytes, utf8 } from '../bytes/index.ts';
import { Asn1Error } from './error.ts';
import { oidContent } from './oid.ts';
import { contextConstructed, contextPrimitive, TAG } from './tags.ts';
import { generalizedTimeText, generalizedTimeTextExact, utcTimeText } from './time.ts';

type Der = Uint8Array<ArrayBuffer>;

/** An element of any tag with these contents, one after the other. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Der {
  let length = 0;
  for (const content of contents) length += content.length;
  const whole = new Uint8Array(headerLength(length) + length);
  let at = writeHeader(whole, tag, length);
  for (const content of contents) {
    whole.set(content, at);
    at += content.length;
  }
  return whole;
}

/** Identifier and length octets alone, in DER. */
export function header(tag: number, length: number): Der {
  const octets = new Uint8Array(headerLength(length));
  writeHeader(octets, tag, length);
  return octets;
}

export function sequence(...items: readonly Uint8Array[]): Der {
  return element(TAG.sequence, ...items);
}

/** SET OF: the items in ascending order of their encodings (X.690 section 11.6). */
export function setOf(...items: readonly Uint8Array[]): Der {
  return element(TAG.set, ...[...items].sort(compareBytes));
}

/** A number that is not negative; bytes are read as big-endian, and their leading zeros do not matter. */
export function integer(value: number | bigint | Uint8Array): Der {
  return element(TAG.integer, integerContent(value));
}

export function enumerated(value: number): Der {
  return element(TAG.enumerated, integerContent(value));
}

export function oid(dotted: string): Der {
  return element(TAG.oid, oidContent(dotted));
}

export function octetString(bytes: Uint8Array): Der {
  return element(TAG.octetString, bytes);
}

/** Whole octets, no unused bits. */
export function bitString(bytes: Uint8Array): Der {
  return element(TAG.bitString, NO_UNUSED_BITS, bytes);
}

/** A named bit list: bit 0 first, trailing zero bits left out (X.690 section 11.2.2). */
export function namedBits(numbers: Iterable<number>): Der {
  const present = [...numbers];
  if (present.length === 0) return element(TAG.bitString, NO_UNUSED_BITS);
  const last = Math.max(...present);
  const content = new Uint8Array(2 + (last >> 3));
  content[0] = 7 - (last & 7);
  for (const number of present) content[1 + (number >> 3)]! |= 0x80 >> (number & 7);
  return element(TAG.bitString, content);
}

export function nullValue(): Der {
  return element(TAG.null);
}

export function boolean(value: boolean): Der {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function utf8String(text: string): Der {
  if (!text.isWellFormed()) throw new Asn1Error('asn1_bad_text', 0);
  return element(TAG.utf8String, utf8(text));
}

export function printableString(text: string): Der {
  if (!/^[A-Za-z0-9 '()+,./:=?-]*$/.test(text)) throw new Asn1Error('asn1_bad_text', 0);
  return element(TAG.printableString, utf8(text));
}

export function ia5String(text: string): Der {
  return element(TAG.ia5String, ia5(text));
}

/** The octets of an IA5String, for where it is tagged implicitly. */
export function ia5(text: string): Der {
  // oxlint-disable-next-line no-control-regex -- IA5 is the seven-bit set with its control characters.
  if (!/^[\u0000-\u007f]*$/.test(text)) throw new Asn1Error('asn1_bad_text', 0);
  return utf8(text);
}

/** UTCTime until 2049, GeneralizedTime from 2050 on; whole seconds (RFC 5280 section 4.1.2.5). */
export function time(timeMs: number): Der {
  return timeMs < YEAR_2050_MS ? element(TAG.utcTime, utf8(utcTimeText(timeMs))) : generalizedTime(timeMs);
}

/** Whole seconds. */
export function generalizedTime(timeMs: number): Der {
  return element(TAG.generalizedTime, utf8(generalizedTimeText(timeMs)));
}

/** To the millisecond. */
export function generalizedTimeExact(timeMs: number): Der {
  return element(TAG.generalizedTime, utf8(generalizedTimeTextExact(timeMs)));
}

/** `[number] EXPLICIT`. */
export function explicit(number: number, ...items: readonly Uint8Array[]): Der {
  return element(contextConstructed(number), ...items);
}

/** `[number] IMPLICIT`: the given element under another tag, primitive or constructed as it was. */
export function implicit(number: number, item: Uint8Array): Der {
  return retag(item, item[0]! & 0x20 ? contextConstructed(number) : contextPrimitive(number));
}

/** The same element with another identifier octet; RFC 5652 section 5.4 asks for it between signing and embedding. */
export function retag(item: Uint8Array, tag: number): Der {
  raw(item);
  const copy = Uint8Array.from(item);
  copy[0] = tag;
  return copy;
}

/** Bytes that are one element already: the outermost header is checked, what stands inside is the caller's. */
export function raw(bytes: Uint8Array): Uint8Array {
  const total = elementLength(bytes);
  if (total > bytes.length) throw new Asn1Error('asn1_truncated', bytes.length);
  if (total < bytes.length) throw new Asn1Error('asn1_trailing', total);
  return bytes;
}

/** The length of the DER element at the start of these bytes, as its header says it; whether it is all there is not checked. */
export function elementLength(bytes: Uint8Array): number {
  const first = bytes[1];
  if (first === undefined) throw new Asn1Error('asn1_truncated', bytes.length);
  if ((bytes[0]! & 0x1f) === 0x1f || first === 0x80 || first > 0x84) throw new Asn1Error('asn1_not_der', 0);
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (bytes.length < 2 + count) throw new Asn1Error('asn1_truncated', bytes.length);
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + bytes[2 + i]!;
  if (headerLength(length) !== 2 + count) throw new Asn1Error('asn1_not_der', 1);
  return 2 + count + length;
}

function integerContent(value: number | bigint | Uint8Array): Der {
  const magnitude = value instanceof Uint8Array ? value : magnitudeOf(value);
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  const significant = magnitude.subarray(start);
  const content = new Uint8Array(significant.length + ((significant[0] ?? 0x80) >= 0x80 ? 1 : 0));
  content.set(significant, content.length - significant.length);
  return content;
}

function magnitudeOf(value: number | bigint): Der {
  if (value < 0 || (typeof value === 'number' && !Number.isSafeInteger(value))) throw new Asn1Error('asn1_number_range', 0);
  if (value === 0 || value === 0n) return new Uint8Array(0);
  const octets: number[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn));
  return Uint8Array.from(octets);
}

function headerLength(length: number): number {
  if (length < 0x80) return 2;
  if (length < 0x100) return 3;
  if (length < 0x1_0000) return 4;
  if (length < 0x100_0000) return 5;
  return 6;
}

function writeHeader(target: Uint8Array, tag: number, length: number): number {
  target[0] = tag;
  const end = headerLength(length);
  if (end === 2) {
    target[1] = length;
    return end;
  }
  target[1] = 0x80 | (end - 2);
  let rest = length;
  for (let at = end - 1; at > 1; at--) {
    target[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return end;
}

const NO_UNUSED_BITS = Uint8Array.of(0);
const YEAR_2050_MS = Date.UTC(2050, 0, 1);
