// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes are: a refusal or a result, soon.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findEmbeddedContents, findPreparedSignature, findSignatures, PadesError, prepareSignature } from '../../pades/index.ts';
import { PdfError, readForm, sourceOf } from '../../pdf/index.ts';
import { hybrid, joined, objects, open, withStreams, withTable } from './sample-pdf.ts';

const DETAILS = { signingTimeMs: 0, contentsLengthMax: 100, changeId: new Uint8Array(16) };
const FORM = {
  1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> /Perms << >> >>',
  6: '<< /FT /Sig /T (A) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> /Reference [<< /TransformMethod /DocMDP >>] >> >>',
};
const SEEDS = [withTable(objects(FORM)), withStreams(objects(FORM)), hybrid(objects(FORM))].flatMap((pdf) => [
  pdf,
  joined(pdf, prepareSignature(open(pdf), DETAILS).appended),
]);
const DURATION_MS_MAX = 50;

function survives(bytes: Uint8Array): void {
  const start = performance.now();
  for (const call of [
    () => prepareSignature(open(bytes), DETAILS),
    () => findSignatures(open(bytes), readForm(open(bytes))),
    () => findPreparedSignature(sourceOf(bytes)),
    () => findEmbeddedContents(sourceOf(bytes)),
  ]) {
    try {
      call();
    } catch (error) {
      if (!(error instanceof PdfError || error instanceof PadesError)) throw error;
    }
  }
  slowestMs = Math.max(slowestMs, performance.now() - start);
}
let slowestMs = 0;

/** The machine may pause for its own reasons, so slowness counts only when it comes again. */
function soon(bytes: Uint8Array): void {
  for (let attempt = 0; attempt < 4; attempt++) {
    slowestMs = 0;
    survives(bytes);
    if (slowestMs < DURATION_MS_MAX) return;
  }
  assert.fail(`${slowestMs} ms`);
}

test('random bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), soon), { numRuns: 200 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => soon(joined(SEEDS[0]!.subarray(0, 400), bytes))), { numRuns: 100 });
});

test('changed bytes', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  const changed = (seed: Uint8Array, list: readonly (readonly [number, number])[]): void => {
    const bytes = seed.slice();
    for (const [at, value] of list) bytes[at % bytes.length] = value;
    soon(bytes);
  };
  fc.assert(fc.property(fc.constantFrom(...SEEDS), changes, changed), { numRuns: 1500 });
});

test('changed digits, which move offsets, lengths and numbers', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(9)), { minLength: 1, maxLength: 4 });
  const changed = (seed: Uint8Array, list: readonly (readonly [number, number])[]): void => {
    const bytes = seed.slice();
    const digits = Array.from(bytes.keys()).filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39);
    for (const [at, value] of list) bytes[digits[at % digits.length]!] = 0x30 + value;
    soon(bytes);
  };
  fc.assert(fc.property(fc.constantFrom(...SEEDS), changes, changed), { numRuns: 1500 });
});

test('pieces cut out or doubled', () => {
  const moved = (seed: Uint8Array, from: number, length: number, twice: boolean): void => {
    const start = from % seed.length;
    const piece = seed.subarray(start, start + length);
    const before = seed.subarray(0, start);
    soon(twice ? joined(joined(before, piece), seed.subarray(start)) : joined(before, seed.subarray(start + length)));
  };
  fc.assert(fc.property(fc.constantFrom(...SEEDS), fc.nat(), fc.nat(300), fc.boolean(), moved), { numRuns: 800 });
});
