// SPDX-License-Identifier: Apache-2.0
// One section of cross-references, ISO 32000-2 sections 7.5.4 (table) and 7.5.8 (stream).
import { Cursor } from './cursor.ts';
import { PdfError } from './error.ts';
import { decodeStream, type Inflate } from './filter.ts';
import { parseIndirectObject, rawStream } from './indirect-object.ts';
import type { PdfLimits, WorkBudget } from './limits.ts';
import { isKind, nameOf, type PdfDictionary } from './objects.ts';
import { parseObject } from './parse-object.ts';
import type { ByteSource } from './source.ts';

export interface CrossReferenceSection {
  readonly kind: 'table' | 'stream';
  readonly offset: number;
  /** The trailer, or the dictionary of the stream, which stands for it. */
  readonly trailer: PdfDictionary;
}

/** Takes the entries of a section, in the order of the file. */
export interface EntrySink {
  free(number: number): void;
  at(number: number, offset: number, generation: number): void;
  within(number: number, objectStream: number, index: number): void;
}

export interface Reading {
  readonly source: ByteSource;
  readonly inflate: Inflate;
  readonly limits: PdfLimits;
  readonly budget: WorkBudget;
}

export function readSection(reading: Reading, offset: number, sink: EntrySink): CrossReferenceSection {
  const { source, budget } = reading;
  if (offset >= source.size) throw damaged(`a section at byte ${offset}, behind the end`);
  const cursor = new Cursor(source, offset, budget);
  cursor.skipSpace();
  return cursor.peek() === LETTER_X ? readTable(reading, cursor, sink) : readStream(reading, cursor, sink);
}

export function damaged(detail: string): PdfError {
  return new PdfError('pdf_cross_references_damaged', detail);
}

function readTable(reading: Reading, cursor: Cursor, sink: EntrySink): CrossReferenceSection {
  const offset = cursor.position;
  cursor.expect('xref');
  for (;;) {
    cursor.skipSpace();
    if (cursor.peek() === LETTER_T) break;
    const first = cursor.natural();
    const count = cursor.natural();
    checkNumbers(first, count, reading.limits);
    for (let i = 0; i < count; i++) readEntry(cursor, first + i, sink);
  }
  cursor.expect('trailer');
  const trailer = parseObject(cursor, reading.limits);
  if (!isKind(trailer, 'dictionary')) throw damaged('no trailer');
  return { kind: 'table', offset, trailer };
}

function readEntry(cursor: Cursor, number: number, sink: EntrySink): void {
  const offset = cursor.natural();
  const generation = cursor.natural();
  cursor.skipSpace();
  const kind = cursor.word(2);
  if (generation > GENERATION_MAX) throw damaged(`generation ${generation}`);
  if (kind === 'f' || (kind === 'n' && offset === 0)) sink.free(number);
  else if (kind === 'n') sink.at(number, offset, generation);
  else throw damaged(`entry of object ${number}`);
}

function readStream(reading: Reading, cursor: Cursor, sink: EntrySink): CrossReferenceSection {
  const { inflate, limits, budget } = reading;
  const offset = cursor.position;
  const { object: stream } = parseIndirectObject(cursor, limits);
  if (!isKind(stream, 'stream') || nameOf(stream.dictionary.entries.get('Type')) !== 'XRef') throw damaged(`no section at byte ${offset}`);
  const { dictionary } = stream;
  const raw = rawStream(cursor, stream.start, natural(dictionary, 'Length'), limits);
  readEntries(decodeStream(raw, dictionary, inflate, limits, budget), dictionary, limits, sink);
  return { kind: 'stream', offset, trailer: dictionary };
}

function readEntries(bytes: Uint8Array, dictionary: PdfDictionary, limits: PdfLimits, sink: EntrySink): void {
  const widths = naturals(dictionary, 'W');
  const width = widths.reduce((sum, each) => sum + each, 0);
  if (widths.length !== 3 || width === 0 || widths.some((each) => each > 7)) throw damaged('bad widths');
  const ranges = dictionary.entries.has('Index') ? naturals(dictionary, 'Index') : [0, natural(dictionary, 'Size')];
  if (ranges.length % 2 !== 0) throw damaged('bad index');
  let at = 0;
  for (let range = 0; range < ranges.length; range += 2) {
    const first = ranges[range]!;
    const count = ranges[range + 1]!;
    checkNumbers(first, count, limits);
    if (count * width > bytes.length - at) throw damaged('fewer entries than stated');
    for (let i = 0; i < count; i++, at += width) readPackedEntry(bytes, at, widths, first + i, sink);
  }
}

/** ISO 32000-2 table 18; an unknown kind is a reference to the null object. */
function readPackedEntry(bytes: Uint8Array, at: number, widths: readonly number[], number: number, sink: EntrySink): void {
  const [kindWidth, secondWidth, thirdWidth] = widths as [number, number, number];
  const kind = kindWidth === 0 ? 1 : bigEndian(bytes, at, kindWidth);
  const second = bigEndian(bytes, at + kindWidth, secondWidth);
  const third = bigEndian(bytes, at + kindWidth + secondWidth, thirdWidth);
  if (kind === 1 && second > 0) {
    if (third > GENERATION_MAX) throw damaged(`generation ${third}`);
    sink.at(number, second, third);
  } else if (kind === 2) sink.within(number, second, third);
  else sink.free(number);
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + bytes[at + i]!;
  if (!Number.isSafeInteger(value)) throw damaged('an offset beyond all files');
  return value;
}

function checkNumbers(first: number, count: number, limits: PdfLimits): void {
  if (first + count > limits.objectCountMax) throw new PdfError('pdf_too_many_objects', `${first + count} objects`);
}

function natural(dictionary: PdfDictionary, key: string): number {
  const value = dictionary.entries.get(key);
  if (typeof value !== 'number' || value < 0) throw damaged(`bad ${key}`);
  return value;
}

function naturals(dictionary: PdfDictionary, key: string): readonly number[] {
  const value = dictionary.entries.get(key);
  if (!isKind(value, 'array')) throw damaged(`bad ${key}`);
  return value.items.map((item) => {
    if (typeof item !== 'number' || item < 0) throw damaged(`bad ${key}`);
    return item;
  });
}

const GENERATION_MAX = 65535;
const LETTER_X = 0x78;
const LETTER_T = 0x74;
