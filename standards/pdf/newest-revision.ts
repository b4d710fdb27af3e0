// SPDX-License-Identifier: Apache-2.0
import { damaged, type EntrySink, type Reading, readSection } from './cross-reference-section.ts';
import { Cursor } from './cursor.ts';
import { PdfError } from './error.ts';
import { readHeader, readStart } from './file-frame.ts';
import { type IndirectObject, parseIndirectObject } from './indirect-object.ts';
import { DEFAULT_LIMITS, WorkBudget } from './limits.ts';
import type { PdfDictionary } from './objects.ts';
import type { ByteSource } from './source.ts';

export interface NewestRevision {
  readonly trailer: PdfDictionary;
  readonly objects: readonly IndirectObject[];
}

/**
 * The objects of the newest revision alone, for revisions written without compression. It needs no power to inflate, so that a page
 * can look with it at what was prepared for signing.
 */
export function readNewestRevision(source: ByteSource, objectCountMax: number): NewestRevision {
  const reading = readingOf(source);
  readHeader(source);
  const places: { number: number; offset: number; generation: number }[] = [];
  const sink: EntrySink = {
    free: () => {},
    at: (number, offset, generation) => {
      places.push({ number, offset, generation });
      if (places.length > objectCountMax) throw new PdfError('pdf_too_many_objects', 'in the newest revision');
    },
    within: (number) => {
      throw damaged(`object ${number} is compressed`);
    },
  };
  const { trailer } = readSection(reading, readStart(source), sink);
  if (trailer.entries.has('XRefStm')) throw damaged('a second section beside the newest');
  return { trailer, objects: places.map((place) => readPlace(reading, place)) };
}

function readPlace(reading: Reading, place: { number: number; offset: number; generation: number }): IndirectObject {
  const object = parseIndirectObject(new Cursor(reading.source, place.offset, reading.budget), reading.limits);
  if (object.number === place.number && object.generation === place.generation) return object;
  throw damaged(`object ${place.number} is not at byte ${place.offset}`);
}

function readingOf(source: ByteSource): Reading {
  const inflate = (): Uint8Array => {
    throw new PdfError('pdf_compression_unsupported', 'the newest revision is compressed');
  };
  return { source, inflate, limits: DEFAULT_LIMITS, budget: new WorkBudget(DEFAULT_LIMITS) };
}
