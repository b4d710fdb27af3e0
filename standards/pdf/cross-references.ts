// SPDX-License-Identifier: Apache-2.0
// Where each object stands, over all revisions of a file: the newest section that names an object decides.
import { type CrossReferenceSection, damaged, type EntrySink, type Reading, readSection } from './cross-reference-section.ts';
import { PdfError } from './error.ts';

export type ObjectPlace =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'within'; readonly objectStream: number; readonly index: number };

export interface CrossReferences {
  readonly newest: CrossReferenceSection;
  /** The sections from the newest to the oldest. */
  readonly sections: readonly CrossReferenceSection[];
  /** One more than the highest number that any section names. */
  readonly numberEnd: number;
  place(number: number): ObjectPlace;
}

export function readCrossReferences(reading: Reading, start: number): CrossReferences {
  const table = new PlaceTable();
  const sections: CrossReferenceSection[] = [];
  const visited = new Set<number>();
  for (let offset: number | null = start; offset !== null; ) {
    visit(visited, offset, reading.limits.revisionCountMax);
    const section = readRevision(reading, offset, table, visited);
    sections.push(section);
    offset = previous(section, 'Prev');
  }
  return { newest: sections[0]!, sections, numberEnd: table.numberEnd, place: (number) => table.place(number) };
}

/**
 * A table may have a stream beside it (ISO 32000-2 section 7.5.8.4) for objects that the table calls free. So what the table
 * calls free is noted only after the stream was read.
 */
function readRevision(reading: Reading, offset: number, table: PlaceTable, visited: Set<number>): CrossReferenceSection {
  const free: number[] = [];
  const sink: EntrySink = {
    free: (number) => free.push(number),
    at: (number, place, generation) => table.at(number, place, generation),
    within: (number, objectStream, index) => table.within(number, objectStream, index),
  };
  const section = readSection(reading, offset, sink);
  const beside = section.kind === 'table' ? previous(section, 'XRefStm') : null;
  if (beside !== null) {
    visit(visited, beside, reading.limits.revisionCountMax);
    if (readSection(reading, beside, sink).kind !== 'stream') throw damaged('no stream beside the table');
  }
  for (const number of free) table.free(number);
  return section;
}

function visit(visited: Set<number>, offset: number, countMax: number): void {
  if (visited.has(offset)) throw damaged(`a loop at byte ${offset}`);
  if (visited.size >= countMax) throw new PdfError('pdf_too_many_objects', 'too many revisions');
  visited.add(offset);
}

function previous(section: CrossReferenceSection, key: 'Prev' | 'XRefStm'): number | null {
  const offset = section.trailer.entries.get(key);
  if (offset === undefined) return null;
  if (typeof offset !== 'number' || offset < 0) throw damaged(`bad ${key}`);
  return offset;
}

const UNKNOWN = 0;
const FREE = 1;
const AT = 2;
const WITHIN = 3;

/** Three numbers an object, in typed arrays: a million objects take 17 MB. The first word about an object stays. */
class PlaceTable implements EntrySink {
  #kinds = new Uint8Array(1024);
  #first = new Float64Array(1024);
  #second = new Float64Array(1024);
  numberEnd = 0;

  free(number: number): void {
    this.#set(number, FREE, 0, 0);
  }

  at(number: number, offset: number, generation: number): void {
    this.#set(number, AT, offset, generation);
  }

  within(number: number, objectStream: number, index: number): void {
    this.#set(number, WITHIN, objectStream, index);
  }

  place(number: number): ObjectPlace {
    const first = this.#first[number]!;
    const second = this.#second[number]!;
    if (this.#kinds[number] === AT) return { kind: 'at', offset: first, generation: second };
    return this.#kinds[number] === WITHIN ? { kind: 'within', objectStream: first, index: second } : { kind: 'free' };
  }

  #set(number: number, kind: number, first: number, second: number): void {
    if (number >= this.#kinds.length) this.#grow(number + 1);
    if (this.#kinds[number] !== UNKNOWN) return;
    this.#kinds[number] = kind;
    this.#first[number] = first;
    this.#second[number] = second;
    if (number >= this.numberEnd) this.numberEnd = number + 1;
  }

  #grow(countMin: number): void {
    const count = Math.max(countMin, this.#kinds.length * 2);
    this.#kinds = enlarged(this.#kinds, new Uint8Array(count));
    this.#first = enlarged(this.#first, new Float64Array(count));
    this.#second = enlarged(this.#second, new Float64Array(count));
  }
}

function enlarged<T extends Uint8Array | Float64Array>(values: T, into: T): T {
  into.set(values);
  return into;
}
