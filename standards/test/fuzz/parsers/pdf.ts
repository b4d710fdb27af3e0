// SPDX-License-Identifier: Apache-2.0
// A PDF has as many spellings as there are programs that write it; the promise is to come to an end soon, with a refusal or a result. What is taken for
// signing must keep the original bytes, and leave out nothing of them but its own /Contents.
import { sameBytes } from '@sigillo/standards/bytes';
import { coveredPieces, findEmbeddedContents, findPreparedSignature, findSignatures, PadesError, prepareSignature } from '@sigillo/standards/pades';
import { PdfError, permitSigning, readForm, readPages, sourceOf } from '@sigillo/standards/pdf';
import type { Mutation } from '../mutate-bytes.ts';
import { hybrid, joined, objects, open, withStreams, withTable } from '../../pdf/sample-pdf.ts';
import type { Parser } from '../parser.ts';
import type { Random } from '../random.ts';
import { refusesWith } from './refusals.ts';

const isRefusal = refusesWith(PdfError, PadesError);
const DETAILS = { signingTimeMs: 0, contentsLengthMax: 100, changeId: new Uint8Array(16) };
const FORM = {
  1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> /Perms << >> >>',
  6: '<< /FT /Sig /T (A) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> /Reference [<< /TransformMethod /DocMDP >>] >> >>',
};
const PLAIN = [withTable(objects(FORM)), withStreams(objects(FORM)), hybrid(objects(FORM)), withTable(objects())];
const PREPARED = PLAIN.map((pdf) => joined(pdf, prepareSignature(open(pdf), DETAILS).appended));

/** Words of the language, put where others stand. */
const WORDS = ['/Prev ', '/Size ', '/Kids ', '/Parent ', '/ByteRange ', '/Contents ', ' 0 R', ' 0 obj', 'endobj', 'stream\n', 'endstream', 'xref\n', 'trailer', 'startxref\n', '%%EOF', '<<', '>>', '[', ']', '(', ')', '<', '>'];
const NUMBERS = ['0', '-1', '1', '2', '65535', '2147483648', '9999999999', '99999999999999999999', '1e9', '0.5', '-0', '+3'];

const words: Mutation<Uint8Array> = (input, random) => spliced(input, random, /\/[A-Za-z]+ ?|<<|>>|\[|\]| 0 R|obj|endobj|stream|xref|trailer/g, WORDS);
const numbers: Mutation<Uint8Array> = (input, random) => spliced(input, random, /[0-9]+/g, NUMBERS);

function spliced(input: Uint8Array, random: Random, pattern: RegExp, by: readonly string[]): Uint8Array {
  const text = Buffer.from(input).toString('latin1');
  const places = [...text.matchAll(pattern)];
  const place = random.pick(places);
  if (place === undefined) return input;
  const word = random.once(3) ? random.pick(places)[0] : random.pick(by);
  return Buffer.from(text.slice(0, place.index) + word + text.slice(place.index + place[0].length), 'latin1');
}

export const ofPdf: readonly Parser<Uint8Array>[] = [
  {
    name: 'pdf',
    valid: [...PLAIN, ...PREPARED],
    mutations: [words, numbers],
    isRefusal,
    respell(input) {
      const document = open(input);
      const form = readForm(document);
      readPages(document);
      permitSigning(document, form);
      findSignatures(document, form);
      const signed = joined(input, prepareSignature(document, DETAILS).appended);
      findPreparedSignature(sourceOf(signed));
      return signed.subarray(0, input.length);
    },
    lengthMax: 8192,
    share: 1 / 5,
  },
  {
    name: 'prepared-pdf',
    valid: PREPARED,
    mutations: [words, numbers],
    isRefusal,
    respell(input) {
      const { covered } = findPreparedSignature(sourceOf(input));
      const { contents } = findEmbeddedContents(sourceOf(input));
      const [before, behind, ...more] = [...coveredPieces(sourceOf(input), covered, input.length)];
      const gap = Buffer.from(`<${'00'.repeat((covered.contentsEnd - covered.contentsStart - 2) / 2)}>`, 'latin1');
      const whole = Buffer.concat([before!, gap, behind!, ...more]);
      return contents.every((byte) => byte === 0) && sameBytes(whole, input) ? input : whole;
    },
    lengthMax: 8192,
    share: 1 / 5,
  },
];
