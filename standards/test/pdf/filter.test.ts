// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { test } from 'node:test';
import { decodeStream, type Inflate } from '../../pdf/filter.ts';
import { array, DEFAULT_LIMITS, dictionary, name, type PdfObject } from '../../pdf/index.ts';
import { WorkBudget } from '../../pdf/limits.ts';
import { inflate, refusal } from './sample-pdf.ts';

const LIMITS = { ...DEFAULT_LIMITS, streamLengthMax: 1000 };
const FLATE = name('FlateDecode');

type Entries = Readonly<Record<string, PdfObject>>;

function decode(bytes: Uint8Array, entries: Entries, using: Inflate = inflate): Uint8Array {
  return decodeStream(deflateSync(bytes), dictionary(entries), using, LIMITS, new WorkBudget(LIMITS));
}

function undone(columns: number, ...rows: readonly number[]): Uint8Array {
  return decode(Uint8Array.from(rows), { Filter: FLATE, DecodeParms: dictionary({ Predictor: 15, Columns: columns }) });
}

test('the five row filters of PNG are undone', () => {
  assert.deepEqual([...undone(3, 0, 1, 2, 3)], [1, 2, 3]);
  assert.deepEqual([...undone(3, 1, 1, 2, 3)], [1, 3, 6]);
  assert.deepEqual([...undone(3, 0, 1, 2, 3, 2, 1, 1, 255)], [1, 2, 3, 2, 3, 2]);
  assert.deepEqual([...undone(3, 0, 10, 20, 30, 3, 1, 1, 1)], [10, 20, 30, 6, 14, 23]);
  assert.deepEqual([...undone(3, 0, 10, 20, 30, 4, 1, 1, 1)], [10, 20, 30, 11, 21, 31]);
  assert.deepEqual([...undone(2, 0, 50, 10, 4, 0, 0)], [50, 10, 50, 10]);
});

test('a filter and its parameters may stand in lists of one', () => {
  const parameters = dictionary({ Predictor: 12, Columns: 2 });
  assert.deepEqual([...decode(Uint8Array.of(2, 7, 8), { Filter: array(FLATE), DecodeParms: array(parameters) })], [7, 8]);
});

test('refused: filters and parameters that are not expected', () => {
  const rows = Uint8Array.of(0, 1, 2);
  const refused = (entries: Entries): string => refusal(() => decode(rows, { Filter: FLATE, ...entries }));
  const parameters = (entries: Entries): string => refused({ DecodeParms: dictionary(entries) });
  assert.equal(refused({ Filter: name('ASCIIHexDecode') }), 'pdf_compression_unsupported');
  assert.equal(refused({ Filter: array(FLATE, FLATE) }), 'pdf_compression_unsupported');
  assert.equal(parameters({ Predictor: 2 }), 'pdf_compression_unsupported');
  assert.equal(parameters({ Predictor: name('A') }), 'pdf_broken');
  assert.equal(parameters({ Predictor: 12, Columns: 0 }), 'pdf_broken');
  assert.equal(parameters({ Predictor: 12, Columns: 1_000_000_000 }), 'pdf_broken');
  assert.equal(parameters({ Predictor: 12, Colors: -1 }), 'pdf_broken');
  assert.equal(refusal(() => undone(1, 5, 1)), 'pdf_broken');
});

test('refused: more inflated bytes than allowed, also where the inflating function does not look', () => {
  const careless: Inflate = (compressed) => inflate(compressed, 1_000_000);
  assert.equal(refusal(() => decode(new Uint8Array(1001), { Filter: FLATE })), 'pdf_broken');
  assert.equal(refusal(() => decode(new Uint8Array(1001), { Filter: FLATE }, careless)), 'pdf_object_too_large');
  assert.equal(decode(new Uint8Array(1000), { Filter: FLATE }).length, 1000);
});

test('refused: more inflated bytes in one document than allowed', () => {
  const budget = new WorkBudget({ ...LIMITS, inflatedLengthMax: 1500 });
  const once = (): Uint8Array => decodeStream(deflateSync(new Uint8Array(900)), dictionary({ Filter: FLATE }), inflate, LIMITS, budget);
  once();
  assert.equal(refusal(once), 'pdf_broken');
});
