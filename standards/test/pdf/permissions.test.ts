// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PDF_ERROR_CODES, PdfError, permitSigning, readForm, type SigningPermission } from '../../pdf/index.ts';
import { objects, open, refusal, withTable } from './sample-pdf.ts';

const CATALOG = '<< /Type /Catalog /Pages 2 0 R';

function permission(changes: Readonly<Record<number, string>>): SigningPermission {
  const document = open(withTable(objects(changes)));
  return permitSigning(document, readForm(document));
}

/** A document with one signed field, whose signature and field carry these entries. */
function signed(signature: string, { perms = '', field = '' } = {}): Record<number, string> {
  return {
    1: `${CATALOG} ${perms} /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>`,
    6: `<< /FT /Sig /T (Author) /V 7 0 R ${field} >>`,
    7: `<< /Type /Sig /Filter /Adobe.PPKLite ${signature} >>`,
  };
}

const transform = (method: string, parameters: string): string => `/Reference [<< /TransformMethod /${method} ${parameters} >>]`;
const certified = (level: string): Record<number, string> => signed(transform('DocMDP', level), { perms: '/Perms << /DocMDP 7 0 R >>' });

test('a document without signatures may be signed', () => {
  assert.deepEqual(permission({}), { certification: null, lockedNames: new Set() });
});

test('a certification that allows forms or annotations allows signing', () => {
  assert.equal(permission(certified('/TransformParams << /P 2 >>')).certification, 2);
  assert.equal(permission(certified('/TransformParams << /P 3 >>')).certification, 3);
  assert.equal(permission(certified('')).certification, 2);
});

test('names that an earlier signature locks are reported', () => {
  const locked = permission(signed(transform('FieldMDP', '/TransformParams << /Action /Include /Fields [(Amount) (Signature1)] >>')));
  assert.deepEqual(locked.lockedNames, new Set(['Amount', 'Signature1']));
});

test('the lock of a field that nobody signed yet has no effect', () => {
  const changes = { 1: `${CATALOG} /AcroForm << /Fields [6 0 R] >> >>`, 6: '<< /FT /Sig /T (Later) /Lock << /Action /All >> >>' };
  assert.deepEqual(permission(changes).lockedNames, new Set());
});

const REFUSED: Readonly<Record<string, readonly [string, Readonly<Record<number, string>>]>> = {
  'a certification against every change': ['pdf_certified_no_changes', certified('/TransformParams << /P 1 >>')],
  'a certification of an unknown level': ['pdf_certified_no_changes', certified('/TransformParams << /P 7 >>')],
  'a certification that the catalog does not name': [
    'pdf_certified_no_changes',
    signed(transform('DocMDP', '/TransformParams << /P 1 >>')),
  ],
  'a certification without terms': ['pdf_certified_no_changes', signed('', { perms: '/Perms << /DocMDP 7 0 R >>' })],
  'an unknown transform': ['pdf_certified_no_changes', signed(transform('Other', ''))],
  'a signature that locks all fields': ['pdf_fields_locked', signed(transform('FieldMDP', '/TransformParams << /Action /All >>'))],
  'a signature that locks all other fields': [
    'pdf_fields_locked',
    signed(transform('FieldMDP', '/TransformParams << /Action /Exclude /Fields [(A)] >>')),
  ],
  'a signature that locks without saying what': ['pdf_fields_locked', signed(transform('FieldMDP', ''))],
  'a signed field that locks all': ['pdf_fields_locked', signed('', { field: '/Lock << /Action /All >>' })],
  'a signed field that forbids changes': [
    'pdf_certified_no_changes',
    signed('', { field: '/Lock << /Action /Include /Fields [] /P 1 >>' }),
  ],
  'usage rights': ['pdf_usage_rights', signed('', { perms: '/Perms << /UR3 7 0 R >>' })],
  'usage rights in a signature': ['pdf_usage_rights', signed(transform('UR3', ''))],
  'an XFA form': ['pdf_xfa_form', { 1: `${CATALOG} /AcroForm << /Fields [] /XFA 6 0 R >> >>`, 6: '[]' }],
  'a form that must be rendered first': ['pdf_xfa_form', { 1: `${CATALOG} /NeedsRendering true >>` }],
  'fields in a loop': ['pdf_broken', { 1: `${CATALOG} /AcroForm << /Fields [6 0 R] >> >>`, 6: '<< /T (A) /Kids [6 0 R] >>' }],
  'a field that is no object of its own': ['pdf_broken', { 1: `${CATALOG} /AcroForm << /Fields [<< /T (A) >>] >> >>` }],
  'a signature reference to nothing': ['pdf_broken', signed('/Reference [99 0 R]')],
  'fields that are no list': ['pdf_broken', { 1: `${CATALOG} /AcroForm << /Fields << >> >> >>` }],
  'a signature that is no dictionary': [
    'pdf_broken',
    { 1: `${CATALOG} /AcroForm << /Fields [6 0 R] >> >>`, 6: '<< /FT /Sig /T (A) /V (x) >>' },
  ],
  'a field with the same part twice': [
    'pdf_broken',
    { 1: `${CATALOG} /AcroForm << /Fields [6 0 R] >> >>`, 6: '<< /FT /Sig /T (A) /Kids [7 0 R 7 0 R] >>', 7: '<< /Subtype /Widget >>' },
  ],
  'a signature with too many references': ['pdf_too_many_objects', signed(`/Reference [${'7 0 R '.repeat(33)}]`)],
  'fields that are too deep': ['pdf_too_deep', { 1: `${CATALOG} /AcroForm << /Fields [10 0 R] >> >>`, ...chain() }],
  'a form that is an array': ['pdf_broken', { 1: `${CATALOG} /AcroForm [] >>` }],
};
for (const [what, [code, changes]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () => assert.equal(refusal(() => permission(changes)), code));
}

test('refused: too many fields', () => {
  const document = open(withTable(objects({ 1: `${CATALOG} /AcroForm << /Fields [10 0 R] >> >>`, ...chain() })), { fieldCountMax: 20 });
  assert.equal(refusal(() => readForm(document)), 'pdf_too_many_objects');
});

function chain(): Record<number, string> {
  const fields: Record<number, string> = {};
  for (let number = 10; number < 100; number++) fields[number] = `<< /T (A) /Kids [${number + 1} 0 R] >>`;
  return fields;
}

test('every refusal says what to do', () => {
  for (const code of PDF_ERROR_CODES) assert.match(new PdfError(code, 'detail').advice, /^[A-Z][^<>]{20,}\.$/);
});

test('fields are found at every level, with their full names', () => {
  const document = open(
    withTable(
      objects({
        1: `${CATALOG} /AcroForm 6 0 R >>`,
        6: '<< /Fields 7 0 R >>',
        7: '[8 0 R 99 0 R 11 0 R]',
        8: '<< /T (Deal) /FT /Sig /Kids [9 0 R 10 0 R] >>',
        9: '<< /T (Buyer) /Kids [12 0 R] >>',
        10: '<< /T <FEFF58F2> >>',
        11: '<< /T (Amount) /FT /Tx >>',
        12: '<< /Subtype /Widget >>',
      }),
    ),
  );
  const form = readForm(document);
  assert.deepEqual(form.signatureFields.map(({ name, value }) => [name, value]), [['Deal.Buyer', null], ['Deal.売', null]]);
  assert.deepEqual(form.rootNames, new Set(['Deal', 'Amount']));
});
