// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cursor } from '../../pdf/cursor.ts';
import { DEFAULT_LIMITS, WorkBudget } from '../../pdf/limits.ts';
import {
  array,
  byteText,
  dictionary,
  name,
  type PdfLimits,
  type PdfObject,
  reference,
  sourceOf,
  string,
  writeObject,
} from '../../pdf/index.ts';
import { parseObject } from '../../pdf/parse-object.ts';
import { refusal } from './sample-pdf.ts';

function parse(text: string, changes: Partial<PdfLimits> = {}): PdfObject {
  const limits = { ...DEFAULT_LIMITS, ...changes };
  return parseObject(new Cursor(sourceOf(byteText(text)), 0, new WorkBudget(limits)), limits);
}

function stringOf(text: string): string {
  const object = parse(text);
  assert.ok(typeof object === 'object' && object?.kind === 'string');
  return String.fromCharCode(...object.bytes);
}

test('each kind of object is read', () => {
  assert.equal(parse('true'), true);
  assert.equal(parse(' %comment\r null '), null);
  assert.equal(parse('-17'), -17);
  assert.deepEqual(parse('-.002'), { kind: 'real', text: '-.002' });
  assert.deepEqual(parse('/A#42#20C'), name('AB C'));
  assert.deepEqual(parse('12 0 R'), reference(12));
  assert.deepEqual(parse('[1 2 3 0 R 4 5]'), array(1, 2, reference(3), 4, 5));
  assert.deepEqual(parse('<</A<</B[]>>/C null/D/E>>'), dictionary({ A: dictionary({ B: array() }), D: name('E') }));
});

test('strings of both spellings', () => {
  assert.equal(stringOf('(a(b)c)'), 'a(b)c');
  assert.equal(stringOf('(\\n\\r\\t\\(\\)\\\\\\101\\7x\\\nz\\q)'), '\n\r\t()\\A\x07xzq');
  assert.equal(stringOf('(a\r\nb\rc)'), 'a\nb\nc');
  assert.equal(stringOf('<48 65\n6C6c 6F7>'), 'Hellop');
});

test('a string says where it stood', () => {
  const object = parse('  <00ff>');
  assert.ok(typeof object === 'object' && object?.kind === 'string');
  assert.deepEqual([object.start, object.end, object.hexadecimal], [2, 8, true]);
});

const REFUSED: Readonly<Record<string, string>> = {
  'a key twice': '<</A 1/A 2>>',
  'a key that is no name': '<<1 2>>',
  'an open dictionary': '<</A 1>',
  'an open array': '[1 2',
  'an open string': '(abc',
  'an open string behind a backslash': '(abc\\',
  'an open hexadecimal string': '<abc',
  'a letter in hexadecimal': '<0g>',
  'an unknown word': 'treu',
  'two signs': '--1',
  'two points': '1.2.3',
  'a bad escape': '/A#4x',
  'a zero byte in a name': '/A#00',
  'nothing': '',
};
for (const [what, text] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () => assert.equal(refusal(() => parse(text)), 'pdf_broken'));
}

test('limits hold', () => {
  assert.equal(refusal(() => parse('['.repeat(100_000))), 'pdf_too_deep');
  assert.equal(refusal(() => parse('<</A'.repeat(100_000))), 'pdf_too_deep');
  assert.equal(refusal(() => parse(`[${'1 '.repeat(101)}]`, { valueCountMax: 100 })), 'pdf_object_too_large');
  assert.equal(refusal(() => parse(`(${'a'.repeat(101)})`, { stringLengthMax: 100 })), 'pdf_object_too_large');
  assert.equal(refusal(() => parse(`/${'a'.repeat(2000)}`)), 'pdf_object_too_large');
  assert.equal(refusal(() => parse('1'.repeat(2000))), 'pdf_broken');
  assert.equal(refusal(() => parse(`[${'(a)'.repeat(1000)}]`, { parsedLengthMax: 2000 })), 'pdf_too_large');
});

const byteString = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
const { object } = fc.letrec<{ object: PdfObject }>((tie) => ({
  object: fc.oneof(
    { depthSize: 'small' },
    fc.boolean(),
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
    byteString.map(name),
    fc.uint8Array().map(string),
    fc.tuple(fc.nat(), fc.nat(65535)).map(([number, generation]) => reference(number, generation)),
    fc.array(tie('object')).map((items) => array(...items)),
    fc.dictionary(byteString, tie('object')).map((entries) => dictionary(entries)),
  ),
}));

test('what is written is read back as the same', () => {
  const same = (object: PdfObject): void => assert.equal(writeObject(parse(writeObject(object))), writeObject(object));
  fc.assert(fc.property(object, same), { numRuns: 300 });
});
