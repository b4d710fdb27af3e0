// SPDX-License-Identifier: Apache-2.0
// A PDF opened for reading: its objects by number, from a file of which only the needed parts are read. Opening checks the frame of
// the file; the objects are checked as they are asked for.
import { damaged, type Reading } from './cross-reference-section.ts';
import { type CrossReferences, readCrossReferences } from './cross-references.ts';
import { Cursor } from './cursor.ts';
import { PdfError } from './error.ts';
import { readHeader, readStart } from './file-frame.ts';
import { decodeStream, type Inflate } from './filter.ts';
import { parseIndirectObject, rawStream } from './indirect-object.ts';
import { DEFAULT_LIMITS, type PdfLimits, WorkBudget } from './limits.ts';
import { isKind, type PdfArray, type PdfDictionary, type PdfObject, type PdfReference, type PdfStream } from './objects.ts';
import { ObjectStreams } from './object-streams.ts';
import type { ByteSource } from './source.ts';

const REFERENCE_CHAIN_MAX = 8;

/** An object and, where it was reached through a reference, the object that holds it. */
export interface Held<T> {
  readonly object: T;
  readonly holder: PdfReference | null;
}

export function openDocument(source: ByteSource, inflate: Inflate, limits: Partial<PdfLimits> = {}): PdfDocument {
  return new PdfDocument(source, inflate, { ...DEFAULT_LIMITS, ...limits });
}

export class PdfDocument {
  readonly source: ByteSource;
  readonly limits: PdfLimits;
  readonly version: string;
  readonly references: CrossReferences;
  /** The first number that no object has. */
  readonly objectNumberEnd: number;
  readonly #reading: Reading;
  readonly #objectStreams: ObjectStreams;

  constructor(source: ByteSource, inflate: Inflate, limits: PdfLimits) {
    if (source.size > limits.fileLengthMax) throw new PdfError('pdf_too_large', `${source.size} bytes`);
    this.source = source;
    this.limits = limits;
    this.version = readHeader(source);
    this.#reading = { source, inflate, limits, budget: new WorkBudget(limits) };
    this.references = readCrossReferences(this.#reading, readStart(source));
    if (this.references.sections.some(({ trailer }) => trailer.entries.has('Encrypt'))) throw new PdfError('pdf_encrypted', 'in a trailer');
    this.objectNumberEnd = Math.max(this.references.numberEnd, this.#statedSize());
    this.#objectStreams = new ObjectStreams(this.#reading, (number) => this.#objectStream(number));
  }

  get trailer(): PdfDictionary {
    return this.references.newest.trailer;
  }

  get catalog(): Held<PdfDictionary> & { readonly holder: PdfReference } {
    const { object, holder } = this.follow(this.trailer.entries.get('Root'));
    if (!isKind(object, 'dictionary') || holder === null) throw new PdfError('pdf_broken', 'no catalog');
    return { object, holder };
  }

  /** A value itself, whatever references lead to it. What is missing is null, ISO 32000-2 section 7.3.10. */
  follow(value: PdfObject | undefined): Held<PdfObject | PdfStream> {
    let object: PdfObject | PdfStream = value ?? null;
    let holder: PdfReference | null = null;
    for (let steps = 0; isKind(object, 'reference'); steps++) {
      if (steps === REFERENCE_CHAIN_MAX) throw new PdfError('pdf_broken', 'a reference that leads nowhere');
      holder = object;
      object = this.#read(object);
    }
    return { object, holder };
  }

  resolve(value: PdfObject | undefined): PdfObject | PdfStream {
    return this.follow(value).object;
  }

  /** A dictionary, or null where there is nothing; anything else breaks the document. */
  dictionary(value: PdfObject | undefined, what: string): PdfDictionary | null {
    const object = this.resolve(value);
    if (object === null || isKind(object, 'dictionary')) return object;
    throw new PdfError('pdf_broken', `${what} is not a dictionary`);
  }

  /** An array, or null where there is nothing; anything else breaks the document. */
  array(value: PdfObject | undefined, what: string): PdfArray | null {
    const object = this.resolve(value);
    if (object === null || isKind(object, 'array')) return object;
    throw new PdfError('pdf_broken', `${what} is not an array`);
  }

  #read(reference: PdfReference): PdfObject | PdfStream {
    const place = this.references.place(reference.number);
    if (place.kind === 'free') return null;
    if (place.kind === 'within') {
      return reference.generation === 0 ? this.#objectStreams.object(place.objectStream, place.index, reference.number) : null;
    }
    return place.generation === reference.generation ? this.#readAt(reference.number, place.offset, place.generation).object : null;
  }

  #readAt(number: number, offset: number, generation: number): { object: PdfObject | PdfStream; cursor: Cursor } {
    const cursor = new Cursor(this.source, offset, this.#reading.budget);
    if (!startsWithDigit(cursor)) throw damaged(`object ${number} is not at byte ${offset}`);
    const found = parseIndirectObject(cursor, this.limits);
    if (found.number !== number || found.generation !== generation) throw damaged(`object ${number} is not at byte ${offset}`);
    return { object: found.object, cursor };
  }

  /** An object stream must stand in the file itself, ISO 32000-2 section 7.5.7. */
  #objectStream(number: number): { dictionary: PdfDictionary; bytes: Uint8Array } {
    const place = this.references.place(number);
    if (place.kind !== 'at') throw damaged(`object stream ${number}`);
    const { object: stream, cursor } = this.#readAt(number, place.offset, place.generation);
    if (!isKind(stream, 'stream')) throw damaged(`object stream ${number}`);
    const length = this.#streamLength(stream.dictionary);
    const raw = rawStream(cursor, stream.start, length, this.limits);
    const { inflate, limits, budget } = this.#reading;
    return { dictionary: stream.dictionary, bytes: decodeStream(raw, stream.dictionary, inflate, limits, budget) };
  }

  /** The length may be an object of its own, but one that stands in the file itself, or reading it could ask for the stream again. */
  #streamLength(dictionary: PdfDictionary): number {
    const value = dictionary.entries.get('Length');
    const within = isKind(value, 'reference') && this.references.place(value.number).kind === 'within';
    if (within) throw damaged('the length of an object stream');
    const length = this.resolve(value);
    if (typeof length !== 'number') throw new PdfError('pdf_broken', 'a stream without a length');
    return length;
  }

  #statedSize(): number {
    const size = this.trailer.entries.get('Size');
    if (typeof size !== 'number' || size < 0) throw damaged('bad Size');
    if (size > this.limits.objectCountMax) throw new PdfError('pdf_too_many_objects', `${size} objects`);
    return size;
  }
}

function startsWithDigit(cursor: Cursor): boolean {
  cursor.skipSpace();
  const byte = cursor.peek();
  return byte >= 0x30 && byte <= 0x39;
}
