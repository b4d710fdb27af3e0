// SPDX-License-Identifier: Apache-2.0
// Prepares a PDF for a signature after EN 319 142-1: appends a revision with a signature field that nobody sees, and room for the CMS.
// Only what must change is written again: the page's annotations, the form's list of fields, the catalog where it had no form.
// So what earlier signatures demand of later changes is kept.
import {
  array,
  arrayWith,
  dictionary,
  dictionaryWith,
  type Held,
  type InteractiveForm,
  isKind,
  name,
  type PageTree,
  type PdfArray,
  type PdfDictionary,
  type PdfDocument,
  PdfError,
  type PdfObject,
  type PdfReference,
  permitSigning,
  readForm,
  readPages,
  string,
  writeObject,
  writeText,
} from '../pdf/index.ts';
import type { ByteRange } from './byte-range.ts';
import { Revision } from './revision.ts';

export interface SignatureDetails {
  /** The claimed signing time, written as /M to the second. */
  readonly signingTimeMs: number;
  /** Room for the CMS in bytes. */
  readonly contentsLengthMax: number;
  /** 16 fresh random bytes. */
  readonly changeId: Uint8Array;
  readonly name?: string;
  readonly reason?: string;
  readonly location?: string;
}

export interface PreparedRevision {
  /** The bytes of the document as it came, which stay as they are. */
  readonly prefixLength: number;
  readonly appended: Uint8Array<ArrayBuffer>;
  readonly byteRange: ByteRange;
  readonly contentsLengthMax: number;
  readonly fieldName: string;
  readonly pageCount: number;
}

export function prepareSignature(document: PdfDocument, details: SignatureDetails): PreparedRevision {
  const pages = readPages(document);
  const form = readForm(document);
  const { lockedNames } = permitSigning(document, form);
  const fieldName = freeName(form.rootNames, lockedNames);
  const revision = new Revision(document);
  const signature = revision.allocate();
  const field = revision.allocate();
  revision.write(field, signatureField(fieldName, signature, pages.firstPage.reference));
  addToPage(document, revision, pages, field);
  addToForm(document, revision, form, field);
  const place = writeSignature(revision, signature, details);
  const appended = revision.finish(details.changeId);
  const byteRange = fillByteRange(document.source.size, appended, place);
  return {
    prefixLength: document.source.size,
    appended,
    byteRange,
    contentsLengthMax: details.contentsLengthMax,
    fieldName,
    pageCount: pages.pageCount,
  };
}

function freeName(taken: ReadonlySet<string>, locked: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = `Signature${number}`;
    if (!taken.has(candidate) && !locked.has(candidate)) return candidate;
  }
}

/** Field and widget in one, ISO 32000-2 section 12.7.5.5. An empty rectangle needs no appearance; flags: print, locked. */
function signatureField(fieldName: string, signature: PdfReference, page: PdfReference): PdfDictionary {
  return dictionary({
    Type: name('Annot'),
    Subtype: name('Widget'),
    FT: name('Sig'),
    T: string(writeText(fieldName)),
    V: signature,
    Rect: array(0, 0, 0, 0),
    F: 132,
    P: page,
  });
}

/** An array that several pages share is not written to: the page gets a copy of its own. */
function addToPage(document: PdfDocument, revision: Revision, pages: PageTree, field: PdfReference): void {
  const { reference, dictionary: page } = pages.firstPage;
  const annotations = document.follow(page.entries.get('Annots'));
  if (annotations.object !== null && !isKind(annotations.object, 'array')) throw new PdfError('pdf_broken', 'Annots is not an array');
  const extended = arrayWith(annotations.object, field);
  const holder = annotations.object === null || pages.firstAnnotationsShared ? null : annotations.holder;
  if (holder !== null) revision.write(holder, extended);
  else revision.write(reference, dictionaryWith(page, { Annots: extended }));
}

function addToForm(document: PdfDocument, revision: Revision, form: InteractiveForm, field: PdfReference): void {
  const { object: catalog, holder } = document.catalog;
  if (form.acroForm === null) {
    const acroForm = revision.allocate();
    revision.write(acroForm, dictionary({ Fields: array(field), SigFlags: SIGNATURES_EXIST | APPEND_ONLY }));
    revision.write(holder, dictionaryWith(catalog, { AcroForm: acroForm }));
    return;
  }
  const changes = formChanges(document, revision, form.acroForm.object, form.fields, field);
  if (Object.keys(changes).length === 0) return;
  const changed = dictionaryWith(form.acroForm.object, changes);
  if (form.acroForm.holder === null) revision.write(holder, dictionaryWith(catalog, { AcroForm: changed }));
  else revision.write(form.acroForm.holder, changed);
}

/** What must change in the form's dictionary itself; a list of fields that is an object of its own is written here. */
function formChanges(
  document: PdfDocument,
  revision: Revision,
  acroForm: PdfDictionary,
  fields: Held<PdfArray> | null,
  field: PdfReference,
): Readonly<Record<string, PdfObject>> {
  const extended = arrayWith(fields?.object ?? null, field);
  const flags = document.resolve(acroForm.entries.get('SigFlags'));
  const newFlags = (typeof flags === 'number' ? flags : 0) | SIGNATURES_EXIST | APPEND_ONLY;
  const changes: Record<string, PdfObject> = newFlags === flags ? {} : { SigFlags: newFlags };
  if (fields === null || fields.holder === null) return { ...changes, Fields: extended };
  revision.write(fields.holder, extended);
  return changes;
}

interface SignaturePlace {
  readonly rangeStart: number;
  readonly contentsStart: number;
  readonly contentsEnd: number;
}

/** The entries of EN 319 142-1 section 6.3; the CMS carries no signing time, so /M does. */
function writeSignature(revision: Revision, signature: PdfReference, details: SignatureDetails): SignaturePlace {
  const before = '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ';
  const between = `${' '.repeat(BYTE_RANGE_LENGTH)} /Contents `;
  const contents = `<${'00'.repeat(details.contentsLengthMax)}>`;
  const start = revision.writeText(signature, `${before}${between}${contents}${optionalEntries(details)}>>`);
  const contentsStart = start + before.length + between.length;
  return { rangeStart: start + before.length, contentsStart, contentsEnd: contentsStart + contents.length };
}

function optionalEntries(details: SignatureDetails): string {
  const texts = { M: pdfDate(details.signingTimeMs), Name: details.name, Reason: details.reason, Location: details.location };
  return Object.entries(texts)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, text]) => ` /${key} ${writeObject(string(writeText(text)))}`)
    .join('');
}

/** ISO 32000-2 section 7.9.4, in universal time. */
function pdfDate(ms: number): string {
  return `D:${new Date(ms).toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
}

function fillByteRange(prefixLength: number, appended: Uint8Array, place: SignaturePlace): ByteRange {
  const end = prefixLength + appended.length;
  const byteRange: ByteRange = [0, place.contentsStart, place.contentsEnd, end - place.contentsEnd];
  const text = `[${byteRange.join(' ')}]`.padEnd(BYTE_RANGE_LENGTH);
  for (let i = 0; i < text.length; i++) appended[place.rangeStart - prefixLength + i] = text.charCodeAt(i);
  return byteRange;
}

const SIGNATURES_EXIST = 1;
const APPEND_ONLY = 2;

/** Brackets, three numbers of up to ten digits, a zero and spaces. */
const BYTE_RANGE_LENGTH = 36;
