// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { PDF } from '@libpdf/core';
import { findPreparedSignature, findSignatures, prepareSignature } from '../../pades/index.ts';
import { isKind, nameOf, PdfError, readForm, readPages, sourceOf } from '../../pdf/index.ts';
import { appendTable, hybrid, joined, objects, open, refusal, withStreams, withTable } from '../pdf/sample-pdf.ts';
import { coveredDigest, DETAILS, prepare, sign } from './signed-sample.ts';

const PAGE = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612.50 792]';
const LINK = '<< /Type /Annot /Subtype /Link /Rect [1 1 9 9] /Border [0 0 0] >>';
const CATALOG = '<< /Type /Catalog /Pages 2 0 R';
const TWO_PAGES = {
  2: '<< /Type /Pages /Kids [3 0 R 8 0 R] /Count 2 >>',
  3: `${PAGE} /Annots 7 0 R >>`,
  8: `${PAGE} /Annots 7 0 R >>`,
  7: '[6 0 R]',
  6: LINK,
};

const CONTENTS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'no annotations, no form': {},
  'annotations in the page': { 3: `${PAGE} /Annots [6 0 R] >>`, 6: LINK },
  'annotations in an object': { 3: `${PAGE} /Annots 7 0 R >>`, 7: '[6 0 R]', 6: LINK },
  'annotations that two pages share': TWO_PAGES,
  'a page tree of three levels': {
    2: '<< /Type /Pages /Kids [6 0 R] /Count 1 >>',
    6: '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>',
  },
  'a form in the catalog': { 1: `${CATALOG} /AcroForm << /Fields [] /DA (/Helv 0 Tf 0 g) >> >>` },
  'a form in an object': { 1: `${CATALOG} /AcroForm 6 0 R >>`, 6: '<< /Fields [7 0 R] >>', 7: '<< /FT /Tx /T (Amount) >>' },
  'fields in an object': { 1: `${CATALOG} /AcroForm 6 0 R >>`, 6: '<< /Fields 7 0 R /SigFlags 1 >>', 7: '[]' },
  'a form without fields': { 1: `${CATALOG} /AcroForm 6 0 R >>`, 6: '<< /NeedAppearances false >>' },
};
const SHAPES = { table: withTable, stream: withStreams, hybrid };

for (const [contents, changes] of Object.entries(CONTENTS)) {
  for (const [shape, write] of Object.entries(SHAPES)) {
    test(`a file with ${contents} (${shape}) is signed twice`, async () => {
      const original = write(objects(changes));
      const once = sign(original);
      const twice = sign(once);
      assert.deepEqual(once.subarray(0, original.length), original);
      assert.deepEqual(twice.subarray(0, once.length), once);
      await secondOpinion(original, twice, 'Signature1', 'Signature2');
      const document = open(twice);
      const found = findSignatures(document, readForm(document));
      assert.deepEqual(found.map(({ fieldName, coverage }) => [fieldName, coverage.state]), [
        ['Signature1', 'earlier_revision'],
        ['Signature2', 'whole_file'],
      ]);
      assert.equal(document.references.newest.kind, open(original).references.newest.kind);
    });
  }
}

/** Another library reads the same pages and fields, with nothing to warn of. */
async function secondOpinion(original: Uint8Array, signed: Uint8Array, ...names: readonly string[]): Promise<void> {
  const before = await PDF.load(original);
  const after = await PDF.load(signed);
  assert.equal(after.getPageCount(), before.getPageCount());
  assert.deepEqual(after.warnings, []);
  const fields = after.getForm()?.getSignatureFields() ?? [];
  assert.deepEqual(fields.map((field) => [field.name, field.isSigned()]), names.map((name) => [name, true]));
}

test('the signature dictionary says what PAdES asks for', () => {
  const file = prepare(withTable(objects()), { reason: 'Zustimmung', name: '山田', location: 'a(b)\\' });
  const document = open(file);
  const [field] = readForm(document).signatureFields;
  const signature = field!.value!.object;
  const names = ['Type', 'Filter', 'SubFilter'].map((key) => nameOf(signature.entries.get(key)));
  assert.deepEqual(names, ['Sig', 'Adobe.PPKLite', 'ETSI.CAdES.detached']);
  const latin = (key: string): string => String.fromCharCode(...(signature.entries.get(key) as { bytes: Uint8Array }).bytes);
  assert.equal(latin('M'), 'D:20261121090807Z');
  assert.equal(latin('Reason'), 'Zustimmung');
  assert.equal(latin('Name'), '\xfe\xff\x5c\x71\x75\x30');
  assert.equal(latin('Location'), 'a(b)\\');
  assert.equal(signature.entries.has('Reference'), false);
  const acroForm = readForm(document).acroForm!.object;
  assert.equal(acroForm.entries.get('SigFlags'), 3);
});

test('only what must change is written again', () => {
  const numbers = (changes: Readonly<Record<number, string>>): number[] => {
    const pdf = withTable(objects(changes));
    const { appended } = prepareSignature(open(pdf), DETAILS);
    const written = [...String.fromCharCode(...appended).matchAll(/(\d+) 0 obj/g)].map((match) => Number(match[1]));
    return written.filter((number) => number <= 9).toSorted((a, b) => a - b);
  };
  assert.deepEqual(numbers({ 9: 'null' }), [1, 3]);
  assert.deepEqual(numbers({ 9: 'null', 3: `${PAGE} /Annots 7 0 R >>`, 7: '[]' }), [1, 7]);
  assert.deepEqual(numbers({ ...TWO_PAGES, 9: 'null' }), [1, 3]);
  const form = { 9: 'null', 1: `${CATALOG} /AcroForm 6 0 R >>`, 7: '[]', 3: `${PAGE} /Annots 8 0 R >>`, 8: '[]' };
  assert.deepEqual(numbers({ ...form, 6: '<< /Fields 7 0 R /SigFlags 3 >>' }), [7, 8]);
  assert.deepEqual(numbers({ ...form, 6: '<< /Fields 7 0 R /SigFlags 1 >>' }), [6, 7, 8]);
});

test('what is written again keeps its other entries as they were', () => {
  const document = open(prepare(withTable(objects({ 1: `${CATALOG} /Lang (ja) /PageLayout /OneColumn >>` }))));
  const page = readPages(document).firstPage.dictionary;
  assert.deepEqual(page.entries.get('MediaBox'), { kind: 'array', items: [0, 0, { kind: 'real', text: '612.50' }, 792] });
  assert.deepEqual([...document.catalog.object.entries.keys()], ['Type', 'Pages', 'Lang', 'PageLayout', 'AcroForm']);
});

test('an object of a later generation keeps it', () => {
  const text = String.fromCharCode(...withTable(objects()));
  const later = text.replace('3 0 obj', '3 4 obj').replace('[3 0 R]', '[3 4 R]').replace(/(\n3 1\n\d{10}) 00000/, '$1 00004');
  const pdf = Uint8Array.from(later, (character) => character.charCodeAt(0));
  const document = open(prepare(pdf));
  assert.equal(readPages(document).firstPage.reference.generation, 4);
  assert.ok(readPages(document).firstPage.dictionary.entries.has('Annots'));
});

test('the new field takes a name that is free', () => {
  const form = (field: string): Record<number, string> => ({
    1: `${CATALOG} /AcroForm << /Fields [6 0 R 7 0 R] >> >>`,
    6: field,
    7: '<< /FT /Tx /T (Signature2) >>',
  });
  const nameFor = (changes: Record<number, string>): string => prepareSignature(open(withTable(objects(changes))), DETAILS).fieldName;
  assert.equal(nameFor(form('<< /FT /Sig /T (Signature1) >>')), 'Signature3');
  assert.equal(nameFor(form('<< /FT /Tx /T <FEFF005300690067006E006100740075007200650031> >>')), 'Signature3');
  const lock = '<< /TransformMethod /FieldMDP /TransformParams << /Action /Include /Fields [(Signature1)] >> >>';
  assert.equal(nameFor(form(`<< /FT /Sig /T (A) /V << /Type /Sig /Reference [${lock}] >> >>`)), 'Signature3');
});

test('the file identifier keeps its first half', () => {
  const identifier = (pdf: Uint8Array): readonly (string | null)[] => {
    const items = open(pdf).array(open(pdf).trailer.entries.get('ID'), 'ID')!.items;
    return items.map((item) => (isKind(item, 'string') ? String.fromCharCode(...item.bytes) : null));
  };
  assert.deepEqual(identifier(prepare(withTable(objects(), '/ID [(first) (second)]'))), ['first', '\x07'.repeat(16)]);
  assert.deepEqual(identifier(prepare(withTable(objects()))), ['\x07'.repeat(16), '\x07'.repeat(16)]);
});

test('the trailer keeps its other entries, and none that describe an older section', () => {
  const keys = (pdf: Uint8Array): string[] => [...open(pdf).trailer.entries.keys()].sort();
  assert.deepEqual(keys(prepare(withTable(objects(), '/Info 5 0 R'))), ['ID', 'Info', 'Prev', 'Root', 'Size']);
  const streamKeys = ['ID', 'Index', 'Info', 'Length', 'Prev', 'Root', 'Size', 'Type', 'W'];
  assert.deepEqual(keys(prepare(withStreams(objects(), { trailer: '/Info 5 0 R' }))), streamKeys);
  assert.deepEqual(keys(prepare(hybrid(objects()))), ['ID', 'Prev', 'Root', 'Size']);
});

test('a file that ends without a line end gets one before the new objects', () => {
  const pdf = withTable(objects());
  const cut = pdf.subarray(0, pdf.length - 1);
  assert.equal(prepare(cut)[cut.length], 0x0a);
  assert.equal(findSignatures(open(prepare(cut)), readForm(open(prepare(cut)))).length, 1);
});

test('the digest is that of the file without /Contents', () => {
  const file = prepare(withTable(objects()));
  const text = String.fromCharCode(...file);
  const start = text.indexOf('/Contents <') + '/Contents '.length;
  const rest = Uint8Array.from(text.slice(0, start) + text.slice(text.indexOf('>', start) + 1), (character) => character.charCodeAt(0));
  assert.equal(coveredDigest(file), createHash('sha256').update(rest).digest('hex'));
});

test('a document of which a large part is not read is prepared all the same', () => {
  const filling = 'x'.repeat(5_000_000);
  const pdf = withTable(objects({ 6: `<< /Length ${filling.length} >>\nstream\n${filling}\nendstream` }));
  const prepared = prepareSignature(open(pdf, { parsedLengthMax: 200_000 }), DETAILS);
  assert.equal(findPreparedSignature(sourceOf(joined(pdf, prepared.appended))).covered.end, pdf.length + prepared.appended.length);
});

test('annotations that are no list are refused', () => {
  assert.equal(refusal(() => prepare(withTable(objects({ 3: `${PAGE} /Annots << >> >>` })))), 'pdf_broken');
});

test('a certified document that allows signing is signed; one that forbids it is refused', () => {
  const certified = (level: number): Uint8Array =>
    withTable(
      objects({
        1: `${CATALOG} /Perms << /DocMDP 7 0 R >> /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>`,
        6: '<< /FT /Sig /T (Author) /V 7 0 R >>',
        7: `<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P ${level} >> >>] >>`,
      }),
    );
  assert.ok(prepare(certified(2)).length > 0);
  assert.ok(prepare(certified(3)).length > 0);
  assert.throws(() => prepare(certified(1)), (error) => error instanceof PdfError && error.code === 'pdf_certified_no_changes');
});

test('later revisions of others are kept and signed over', () => {
  const pdf = appendTable(sign(withTable(objects())), new Map([[30, '<< /Note (added) >>']]));
  const document = open(sign(pdf));
  assert.deepEqual(findSignatures(document, readForm(document)).map(({ coverage }) => coverage.state), ['earlier_revision', 'whole_file']);
});
