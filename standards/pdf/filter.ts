// SPDX-License-Identifier: Apache-2.0
// The bytes of cross-reference streams and object streams: plain or FlateDecode, with or without a predictor (ISO 32000-2 section 7.4.4).
import { PdfError } from './error.ts';
import type { PdfLimits, WorkBudget } from './limits.ts';
import { isKind, nameOf, type PdfDictionary, type PdfObject } from './objects.ts';

/** Inflates a zlib stream (RFC 1950), or throws: when it is damaged, and when the result would be longer than `lengthMax`. */
export type Inflate = (compressed: Uint8Array, lengthMax: number) => Uint8Array;

export function decodeStream(
  raw: Uint8Array,
  dictionary: PdfDictionary,
  inflate: Inflate,
  limits: PdfLimits,
  budget: WorkBudget,
): Uint8Array {
  const filter = only(dictionary.entries.get('Filter'));
  if (filter === undefined) return raw;
  if (nameOf(filter) !== 'FlateDecode') throw new PdfError('pdf_compression_unsupported', 'a stream of objects is not FlateDecode');
  const plain = inflateWithin(raw, inflate, Math.min(limits.streamLengthMax, budget.inflatedLengthLeft));
  budget.spendInflated(plain.length);
  const parameters = only(dictionary.entries.get('DecodeParms'));
  return isKind(parameters, 'dictionary') ? undoPredictor(plain, parameters) : plain;
}

/** A value, or the single item of an array. */
function only(value: PdfObject | undefined): PdfObject | undefined {
  if (!isKind(value, 'array')) return value;
  if (value.items.length > 1) throw new PdfError('pdf_compression_unsupported', 'several filters on a stream of objects');
  return value.items[0];
}

function inflateWithin(raw: Uint8Array, inflate: Inflate, lengthMax: number): Uint8Array {
  let plain: Uint8Array;
  try {
    plain = inflate(raw, lengthMax);
  } catch {
    throw new PdfError('pdf_broken', 'a compressed stream is damaged or too long');
  }
  if (plain.length > lengthMax) throw new PdfError('pdf_object_too_large', 'a compressed stream');
  return plain;
}

function undoPredictor(bytes: Uint8Array, parameters: PdfDictionary): Uint8Array {
  const predictor = parameter(parameters, 'Predictor', 1);
  if (predictor === 1) return bytes;
  if (predictor < 10 || predictor > 15) throw new PdfError('pdf_compression_unsupported', `predictor ${predictor}`);
  const bits = parameter(parameters, 'Colors', 1) * parameter(parameters, 'BitsPerComponent', 8);
  const columns = parameter(parameters, 'Columns', 1);
  if (bits < 1 || bits > 256 || columns < 1 || columns > 65536) throw new PdfError('pdf_broken', 'bad predictor parameters');
  return undoPng(bytes, Math.ceil((bits * columns) / 8), Math.max(1, bits >> 3));
}

function parameter(parameters: PdfDictionary, key: string, otherwise: number): number {
  const value = parameters.entries.get(key) ?? otherwise;
  if (typeof value !== 'number') throw new PdfError('pdf_broken', `bad ${key}`);
  return value;
}

/** The filters of PNG, RFC 2083 section 6: each row begins with the number of its filter. */
function undoPng(bytes: Uint8Array, rowLength: number, pixelLength: number): Uint8Array {
  const rowCount = Math.ceil(bytes.length / (rowLength + 1));
  const plain = new Uint8Array(Math.max(0, bytes.length - rowCount));
  for (let row = 0; row < rowCount; row++) {
    const from = row * (rowLength + 1);
    const filter = bytes[from]!;
    if (filter > 4) throw new PdfError('pdf_broken', `row filter ${filter}`);
    const start = row * rowLength;
    const end = Math.min(start + rowLength, plain.length);
    for (let at = start; at < end; at++) {
      const left = at - start >= pixelLength ? plain[at - pixelLength]! : 0;
      const up = row > 0 ? plain[at - rowLength]! : 0;
      const upLeft = row > 0 && at - start >= pixelLength ? plain[at - rowLength - pixelLength]! : 0;
      plain[at] = bytes[from + 1 + at - start]! + predicted(filter, left, up, upLeft);
    }
  }
  return plain;
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  return filter === 4 ? paeth(left, up, upLeft) : 0;
}

function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft;
  const fromLeft = Math.abs(guess - left);
  const fromUp = Math.abs(guess - up);
  const fromUpLeft = Math.abs(guess - upLeft);
  if (fromLeft <= fromUp && fromLeft <= fromUpLeft) return left;
  return fromUp <= fromUpLeft ? up : upLeft;
}
