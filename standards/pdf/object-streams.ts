// SPDX-License-Identifier: Apache-2.0
// Objects within compressed streams, ISO 32000-2 section 7.5.7. A few streams are kept, since neighbours are asked for together.
import { damaged, type Reading } from './cross-reference-section.ts';
import { Cursor } from './cursor.ts';
import { nameOf, type PdfDictionary, type PdfObject } from './objects.ts';
import { parseObject } from './parse-object.ts';
import { sourceOf } from './source.ts';

const KEPT_MAX = 4;

type ReadStream = (number: number) => { dictionary: PdfDictionary; bytes: Uint8Array };

interface ObjectStream {
  readonly bytes: Uint8Array;
  readonly numbers: readonly number[];
  readonly offsets: readonly number[];
}

export class ObjectStreams {
  readonly #reading: Reading;
  readonly #read: ReadStream;
  readonly #kept = new Map<number, ObjectStream>();

  constructor(reading: Reading, read: ReadStream) {
    this.#reading = reading;
    this.#read = read;
  }

  object(streamNumber: number, index: number, number: number): PdfObject {
    const stream = this.#stream(streamNumber);
    if (stream.numbers[index] !== number) throw damaged(`object ${number} is not in object stream ${streamNumber}`);
    return parseObject(new Cursor(sourceOf(stream.bytes), stream.offsets[index]!, this.#reading.budget), this.#reading.limits);
  }

  #stream(number: number): ObjectStream {
    const kept = this.#kept.get(number);
    this.#kept.delete(number);
    const stream = kept ?? this.#open(number);
    this.#kept.set(number, stream);
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    return stream;
  }

  /** The stream begins with pairs of object number and offset. */
  #open(number: number): ObjectStream {
    const { dictionary, bytes } = this.#read(number);
    const count = dictionary.entries.get('N');
    const first = dictionary.entries.get('First');
    if (nameOf(dictionary.entries.get('Type')) !== 'ObjStm' || typeof count !== 'number' || typeof first !== 'number' || first < 0) {
      throw damaged(`object stream ${number}`);
    }
    return { bytes, ...this.#readPairs(bytes, count, first) };
  }

  #readPairs(bytes: Uint8Array, count: number, first: number): { numbers: number[]; offsets: number[] } {
    const cursor = new Cursor(sourceOf(bytes), 0, this.#reading.budget);
    const numbers: number[] = [];
    const offsets: number[] = [];
    for (let i = 0; i < count; i++) {
      numbers.push(cursor.natural());
      offsets.push(first + cursor.natural());
    }
    return { numbers, offsets };
  }
}
