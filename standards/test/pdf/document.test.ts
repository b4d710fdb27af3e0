// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { test } from 'node:test';
import { byteText, isKind, nameOf, openDocument, type PdfDocument, readPages, reference } from '../../pdf/index.ts';
import { appendTable, hybrid, inflate, objects, open, refusal, replaced, withStreams, withTable } from './sample-pdf.ts';

function fontName(document: PdfDocument): string | null {
  const font = document.resolve(reference(5));
  return isKind(font, 'dictionary') ? nameOf(font.entries.get('BaseFont')) : null;
}

const SHAPES: Readonly<Record<string, Uint8Array>> = {
  'a table': withTable(objects()),
  'a stream with a predictor': withStreams(objects()),
  'a stream without a predictor': withStreams(objects(), { predictor: false }),
  'a table with a stream beside it': hybrid(objects()),
  'two revisions': appendTable(withTable(objects({ 5: '<< /BaseFont /Courier >>' })), new Map([[5, '<< /BaseFont /Helvetica >>']])),
  'a revision with a table over a stream': appendTable(withStreams(objects()), new Map([[9, 'null']])),
};
for (const [shape, pdf] of Object.entries(SHAPES)) {
  test(`objects are found through ${shape}`, () => {
    const document = open(pdf);
    assert.equal(document.version, '1.7');
    assert.equal(fontName(document), 'Helvetica');
    assert.equal(readPages(document).pageCount, 1);
    assert.equal(document.resolve(reference(77)), null);
    assert.equal(document.resolve(reference(5, 3)), null);
  });
}

test('an object that a newer revision frees is gone', () => {
  const text = String.fromCharCode(...appendTable(withTable(objects()), new Map([[9, 'null']])));
  const freed = text.replace(/9 1\n\d{10} 00000 n /, '5 1\n0000000000 00001 f ');
  assert.equal(open(byteText(freed)).resolve(reference(5)), null);
});

test('a nested page tree is counted, and its first page is the first leaf', () => {
  const pdf = withTable(
    objects({
      2: '<< /Type /Pages /Kids [6 0 R 7 0 R] /Count 3 >>',
      6: '<< /Type /Pages /Parent 2 0 R /Kids [8 0 R] /Count 1 >>',
      7: '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R 9 0 R] /Count 2 >>',
      8: '<< /Type /Page /Parent 6 0 R >>',
      9: '<< /Type /Page /Parent 7 0 R >>',
    }),
  );
  const pages = readPages(open(pdf));
  assert.equal(pages.pageCount, 3);
  assert.equal(pages.firstPage.reference.number, 8);
});

test('only the needed parts of a large file are read', () => {
  const filling = 'x'.repeat(3_000_000);
  const pdf = withTable(objects({ 6: `<< /Length ${filling.length} >>\nstream\n${filling}\nendstream` }));
  let readLength = 0;
  const read = (offset: number, length: number): Uint8Array => {
    readLength += length;
    return pdf.subarray(offset, offset + length);
  };
  assert.equal(readPages(openDocument({ size: pdf.length, read }, inflate)).pageCount, 1);
  assert.ok(readLength < 50_000, `${readLength} bytes read`);
});

const plain = withTable(objects());
const LONG = { 5: `(${'a'.repeat(9999)})` };
const plainText = String.fromCharCode(...plain);
const tail = (start: number | string): Uint8Array => byteText(plainText.replace(/startxref\n\d+/, `startxref\n${start}`));
const pages = (changes: Readonly<Record<number, string>>) => () => readPages(open(withTable(objects(changes))));

const REFUSED: Readonly<Record<string, readonly [string, () => unknown]>> = {
  'an empty file': ['pdf_not_a_pdf', () => open(new Uint8Array(0))],
  'a picture': ['pdf_not_a_pdf', () => open(byteText('\x89PNG\r\n\x1a\n'))],
  'bytes before the header': ['pdf_broken', () => open(byteText(`GIF89a${plainText}`))],
  'a file cut in the middle': ['pdf_broken', () => open(plain.subarray(0, plain.length / 2))],
  'a file cut before its last line': ['pdf_broken', () => open(plain.subarray(0, plain.length - 8))],
  'a section behind the end': ['pdf_cross_references_damaged', () => open(tail(999_999))],
  'a section that is something else': ['pdf_cross_references_damaged', () => open(tail(plainText.indexOf('4 0 obj')))],
  'a section at a negative place': ['pdf_broken', () => open(tail('-5'))],
  'a table of letters': ['pdf_broken', () => open(replaced(plain, '0000000000 65535 f', '000000000x 65535 f'))],
  'an entry of an unknown kind': ['pdf_cross_references_damaged', () => open(replaced(plain, '65535 f', '65535 q'))],
  'an entry that points elsewhere': [
    'pdf_cross_references_damaged',
    () => readPages(open(byteText(plainText.replace(/(\n2 1\n)\d{10}/, '$10000000009')))),
  ],
  'an entry behind the end': [
    'pdf_cross_references_damaged',
    () => readPages(open(byteText(plainText.replace(/(\n2 1\n)\d{10}/, '$19999999999')))),
  ],
  'revisions in a loop': ['pdf_cross_references_damaged', () => open(appendLoop())],
  'a previous revision at a negative place': ['pdf_cross_references_damaged', () => open(withTable(objects(), '/Prev -1'))],
  'too many revisions': [
    'pdf_too_many_objects',
    () => open(appendTable(appendTable(plain, new Map([[9, 'null']])), new Map([[9, 'null']])), { revisionCountMax: 2 }),
  ],
  'a stream beside the table that is a table': [
    'pdf_cross_references_damaged',
    () => open(appendTable(plain, new Map([[9, 'null']]), `/XRefStm ${/startxref\n(\d+)/.exec(plainText)![1]}`)),
  ],
  'a huge size': ['pdf_too_many_objects', () => open(byteText(plainText.replace('/Size 6', '/Size 2000000000')))],
  'no size': ['pdf_cross_references_damaged', () => open(replaced(plain, '/Size 6', '/Sise 6'))],
  'a table of too many objects': ['pdf_too_many_objects', () => open(byteText(plainText.replace('xref\n0 1', 'xref\n0 99999999')))],
  'more entries than the stream has': ['pdf_cross_references_damaged', () => open(crossReferenceStream('/W [1 2 1] /Index [0 900000]', 8))],
  'entries of no width': ['pdf_cross_references_damaged', () => open(crossReferenceStream('/W [0 0 0] /Index [0 900000]', 8))],
  'entries of negative width': ['pdf_cross_references_damaged', () => open(crossReferenceStream('/W [1 -2 1]', 8))],
  'an odd index': ['pdf_cross_references_damaged', () => open(crossReferenceStream('/W [1 2 1] /Index [0 1 2]', 8))],
  'an encrypted file': ['pdf_encrypted', () => open(withTable(objects({ 6: '<< /Filter /Standard >>' }), '/Encrypt 6 0 R'))],
  'a file whose older revision is encrypted': [
    'pdf_encrypted',
    () => open(appendTable(withTable(objects({ 6: '<< /Filter /Standard >>' }), '/Encrypt 6 0 R'), new Map([[9, 'null']]))),
  ],
  'a file that is too large': ['pdf_too_large', () => open(plain, { fileLengthMax: plain.length - 1 })],
  'no catalog': ['pdf_broken', () => readPages(open(replaced(plain, '/Root 1 0 R', '/Root 9 0 R')))],
  'a catalog that is no object of its own': ['pdf_broken', () => readPages(open(replaced(plain, '/Root 1 0 R', '/Root <<>> ')))],
  'a missing page': ['pdf_broken', pages({ 2: '<< /Type /Pages /Kids [99 0 R] /Count 1 >>' })],
  'no pages': ['pdf_broken', pages({ 2: '<< /Type /Pages /Kids [] /Count 0 >>' })],
  'a page tree in a loop': ['pdf_broken', pages({ 2: '<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 1 >>' })],
  'a page twice': ['pdf_broken', pages({ 2: '<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>' })],
  'a page that is something else': ['pdf_broken', pages({ 3: '<< /Type /Font >>' })],
  'a reference to itself': ['pdf_broken', pages({ 2: '2 0 R' })],
  'a page tree that is too deep': ['pdf_too_deep', pages(deepTree())],
  'too many pages': ['pdf_too_many_pages', () => readPages(open(withTable(objects(manyPages(20))), { pageCountMax: 19 }))],
  'an object that nests too deeply': ['pdf_too_deep', pages({ 2: '['.repeat(5000) })],
  'an object without end': ['pdf_broken', () => readPages(open(replaced(plain, '>>\nendobj\n3', '>>\nendxyz\n3')))],
  'an object stream that is another object': [
    'pdf_cross_references_damaged',
    () => readPages(open(replaced(withStreams(objects()), '/ObjStm', '/Object'))),
  ],
  'an object stream with another filter': [
    'pdf_compression_unsupported',
    () => readPages(open(replaced(withStreams(objects()), '/Filter /FlateDecode', '/Filter /LZWDecode  '))),
  ],
  'an object stream that inflates too far': ['pdf_broken', () => readPages(open(withStreams(objects(LONG)), { streamLengthMax: 9000 }))],
  'more inflated bytes than one document may have': [
    'pdf_broken',
    () => readPages(open(withStreams(objects(LONG)), { inflatedLengthMax: 9000 })),
  ],
  'a trailer that is a list': ['pdf_cross_references_damaged', () => open(byteText(plainText.replace(/trailer\n<<.*>>/, 'trailer\n[]')))],
  'a generation beyond all': ['pdf_cross_references_damaged', () => open(replaced(plain, '00000 n', '65536 n'))],
  'an entry that points into an object': [
    'pdf_cross_references_damaged',
    () => readPages(open(byteText(plainText.replace(/(\n2 1\n)\d{10}/, `$1${String(plainText.indexOf('endobj')).padStart(10, '0')}`)))),
  ],
  'a generation beyond all in a stream': [
    'pdf_cross_references_damaged',
    () => open(crossReferenceStream('/W [1 1 3]', 20, '\x01\x01\x01\0\0'.repeat(4))),
  ],
  'an offset beyond all files': [
    'pdf_cross_references_damaged',
    () => open(crossReferenceStream('/W [1 7 0]', 32, `\x01${'\xff'.repeat(7)}`.repeat(4))),
  ],
  'no widths': ['pdf_cross_references_damaged', () => open(crossReferenceStream('', 8))],
  'widths that are names': ['pdf_cross_references_damaged', () => open(crossReferenceStream('/W [/A 2 1]', 8))],
  'a section of negative length': [
    'pdf_cross_references_damaged',
    () => open(replaced(crossReferenceStream('/W [1 2 1]', 16), '/Length 16', '/Length -6')),
  ],
  'a section longer than stated': [
    'pdf_broken',
    () => open(replaced(crossReferenceStream('/W [1 2 1]', 16, '\x01\0\x01\0'.repeat(4)), '/Length 16', '/Length 14')),
  ],
  'an object stream within an object stream': ['pdf_cross_references_damaged', () => readPages(open(packed('<< >>', [0, 2])))],
  'an object stream that is a dictionary': ['pdf_cross_references_damaged', () => readPages(open(packed('<< >>')))],
  'an object stream without a length': [
    'pdf_broken',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 >>\nstream\n2 0 <<>>\nendstream'))),
  ],
  'an object stream of negative length': [
    'pdf_broken',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 /Length -1 >>\nstream\n2 0 <<>>\nendstream'))),
  ],
  'an object stream of another length': [
    'pdf_broken',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 /Length 5 >>\nstream\n2 0 <<>>\nendstream'))),
  ],
  'an object stream that is too long': [
    'pdf_object_too_large',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 /Length 600 >>\nstream\n2 0 <<>>\nendstream'), { streamLengthMax: 100 })),
  ],
  'an object stream whose length is within it': [
    'pdf_cross_references_damaged',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 /Length 2 0 R >>\nstream\n2 0 <<>>\nendstream'))),
  ],
  'an object stream that holds another object': [
    'pdf_cross_references_damaged',
    () => readPages(open(packed('<< /Type /ObjStm /N 1 /First 4 /Length 8 >>\nstream\n7 0 <<>>\nendstream'))),
  ],
  'too many empty nodes in the page tree': [
    'pdf_too_many_pages',
    () => readPages(open(withTable(objects(emptyNodes(20))), { pageCountMax: 9 })),
  ],
  'a damaged compressed stream': ['pdf_broken', () => open(damagedStream())],
};
for (const [what, [code, call]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () => assert.equal(refusal(call), code));
}

test('an object in an object stream is read through a small file', () => {
  const pdf = packed('<< /Type /ObjStm /N 1 /First 4 /Length 24 >>\nstream\n2 0 << /Type /Catalog >>\nendstream');
  assert.equal(nameOf(open(pdf).catalog.object.entries.get('Type')), 'Catalog');
});

test('a file that is shorter than its size says is refused', () => {
  const pdf = withTable(objects({ 6: `(${'x'.repeat(9999)})` }));
  const ends = (offset: number, length: number): boolean => offset === 0 || offset + length === pdf.length;
  const read = (offset: number, length: number): Uint8Array => pdf.subarray(offset, ends(offset, length) ? offset + length : offset);
  assert.equal(refusal(() => readPages(openDocument({ size: pdf.length, read }, inflate))), 'pdf_broken');
});

test('a bomb of compressed bytes stays within the limit', () => {
  const bomb = String.fromCharCode(...deflateSync(new Uint8Array(40_000_000)));
  const pdf = crossReferenceStream(`/W [1 2 1] /Filter /FlateDecode`, 0, bomb);
  assert.equal(refusal(() => open(pdf)), 'pdf_broken');
});

function appendLoop(): Uint8Array {
  const first = appendTable(plain, new Map([[9, 'null']]));
  const text = String.fromCharCode(...first);
  const newest = /startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]!;
  return byteText(text.replace(/\/Prev \d+/, `/Prev ${newest}`));
}

function crossReferenceStream(entries: string, length: number, body = '\x01\0\0\0'.repeat(length / 4)): Uint8Array {
  const dictionary = `<< /Type /XRef /Size 4 /Root 1 0 R ${entries} /Length ${body.length} >>`;
  return byteText(`%PDF-1.5\n1 0 obj\n${dictionary}\nstream\n${body}\nendstream\nendobj\nstartxref\n9\n%%EOF`);
}

/** The catalog is object 2, the first object of object stream 3, whose text is given. */
function packed(stream: string, place?: readonly [number, number]): Uint8Array {
  const before = `%PDF-1.5\n3 0 obj\n${stream}\nendobj\n`;
  const places: readonly (readonly [number, number])[] = [[0, 0], [0, 0], [2, 3], place === undefined ? [1, 9] : [2, 4]];
  const rows = places.map(([kind, at]) => String.fromCharCode(kind, at, 0)).join('');
  const dictionary = `<< /Type /XRef /Size 4 /Root 2 0 R /W [1 1 1] /Length ${rows.length} >>`;
  return byteText(`${before}1 0 obj\n${dictionary}\nstream\n${rows}\nendstream\nendobj\nstartxref\n${before.length}\n%%EOF`);
}

function emptyNodes(count: number): Record<number, string> {
  const tree = manyPages(count);
  for (let number = 10; number < 10 + count; number++) tree[number] = '<< /Type /Pages /Parent 2 0 R /Kids [] /Count 0 >>';
  return tree;
}

function damagedStream(): Uint8Array {
  const pdf = withStreams(objects());
  const text = String.fromCharCode(...pdf);
  const body = text.lastIndexOf('stream\n', text.lastIndexOf('endstream') - 1) + 'stream\n'.length;
  const damaged = pdf.slice();
  damaged[body + 5]! ^= 0xff;
  return damaged;
}

function deepTree(): Record<number, string> {
  const tree: Record<number, string> = { 2: '<< /Type /Pages /Kids [10 0 R] /Count 1 >>' };
  for (let number = 10; number < 100; number++) tree[number] = `<< /Type /Pages /Kids [${number + 1} 0 R] /Count 1 >>`;
  return tree;
}

function manyPages(count: number): Record<number, string> {
  const tree: Record<number, string> = {};
  for (let number = 10; number < 10 + count; number++) tree[number] = '<< /Type /Page /Parent 2 0 R >>';
  const kids = Object.keys(tree).map((number) => `${number} 0 R`);
  return { ...tree, 2: `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${count} >>` };
}
