// SPDX-License-Identifier: Apache-2.0
import { CR, type Cursor, LF } from './cursor.ts';
import { PdfError } from './error.ts';
import type { PdfLimits } from './limits.ts';
import { isKind, type PdfObject, type PdfStream } from './objects.ts';
import { parseObject } from './parse-object.ts';

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject | PdfStream;
}

/** `number generation obj … endobj` or the dictionary and start of a stream, ISO 32000-2 sections 7.3.8 and 7.3.10. */
export function parseIndirectObject(cursor: Cursor, limits: PdfLimits): IndirectObject {
  const number = cursor.natural();
  const generation = cursor.natural();
  cursor.expect('obj');
  const object = parseObject(cursor, limits);
  cursor.skipSpace();
  const start = cursor.position;
  const word = cursor.word(16);
  if (word === 'endobj') return { number, generation, object };
  if (word !== 'stream' || !isKind(object, 'dictionary')) throw new PdfError('pdf_broken', `an object without end at byte ${start}`);
  return { number, generation, object: { kind: 'stream', dictionary: object, start: streamStart(cursor) } };
}

/** Behind `stream` stands CR LF or LF, never CR alone. */
function streamStart(cursor: Cursor): number {
  const first = cursor.next();
  if (first === LF || (first === CR && cursor.next() === LF)) return cursor.position;
  throw new PdfError('pdf_broken', `no line end behind "stream" at byte ${cursor.position}`);
}

/** The bytes of a stream, after which `endstream` must stand. */
export function rawStream(cursor: Cursor, start: number, length: number, limits: PdfLimits): Uint8Array {
  if (length > limits.streamLengthMax) throw new PdfError('pdf_object_too_large', `the stream at byte ${start}`);
  if (length < 0 || start + length > cursor.source.size) throw new PdfError('pdf_broken', `bad length of the stream at byte ${start}`);
  const raw = cursor.source.read(start, length);
  cursor.budget.spendParsed(length);
  cursor.position = start + length;
  cursor.expect('endstream');
  return raw;
}
