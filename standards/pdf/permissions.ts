// SPDX-License-Identifier: Apache-2.0
// What the author and earlier signers allow: certification (DocMDP), locked fields (FieldMDP, Lock), usage rights (UR3). ISO 32000-2
// sections 12.8.2 and 12.8.6. Whatever cannot be understood counts as forbidden.
import type { PdfDocument } from './document.ts';
import { PdfError } from './error.ts';
import type { InteractiveForm } from './form.ts';
import { isKind, nameOf, type PdfDictionary, type PdfObject } from './objects.ts';
import { readText } from './text.ts';

export interface SigningPermission {
  /** P of the certification (2: forms and signatures, 3: annotations too), or null where the document is not certified. */
  readonly certification: 2 | 3 | null;
  /** Names that a new field must not have, because an earlier signature locks them. */
  readonly lockedNames: ReadonlySet<string>;
}

/** Throws where a new signature field would break what an earlier signer demanded, or would not show what is signed. */
export function permitSigning(document: PdfDocument, form: InteractiveForm): SigningPermission {
  const catalog = document.catalog.object;
  if (form.acroForm?.object.entries.has('XFA') === true || document.resolve(catalog.entries.get('NeedsRendering')) === true) {
    throw new PdfError('pdf_xfa_form', 'XFA');
  }
  const survey = new PermissionSurvey(document);
  survey.addCatalog(document.dictionary(catalog.entries.get('Perms'), 'Perms'));
  for (const field of form.signatureFields) if (field.value !== null) survey.addField(field.dictionary, field.value.object);
  return { certification: survey.certification, lockedNames: survey.lockedNames };
}

/** A signature has one reference or two; each is read anew for each signature. */
const REFERENCE_COUNT_MAX = 32;

class PermissionSurvey {
  certification: 2 | 3 | null = null;
  readonly lockedNames = new Set<string>();
  readonly #document: PdfDocument;

  constructor(document: PdfDocument) {
    this.#document = document;
  }

  addCatalog(permissions: PdfDictionary | null): void {
    if (permissions === null) return;
    for (const [key, value] of permissions.entries) {
      if (key !== 'DocMDP') throw new PdfError('pdf_usage_rights', `/Perms /${key}`);
      const signature = this.#document.dictionary(value, 'DocMDP');
      if (signature !== null) this.#addCertification(signature);
    }
  }

  addField(field: PdfDictionary, signature: PdfDictionary): void {
    for (const reference of this.#transforms(signature)) this.#addTransform(reference);
    const lock = this.#document.dictionary(field.entries.get('Lock'), 'Lock');
    if (lock === null) return;
    this.#addLock(lock);
    if (lock.entries.has('P')) this.#addChangeLevel(lock);
  }

  /** The signature that the catalog calls the certification; without a transform it says nothing that could be kept. */
  #addCertification(signature: PdfDictionary): void {
    const transforms = this.#transforms(signature).filter((each) => this.#method(each) === 'DocMDP');
    if (transforms.length === 0) throw new PdfError('pdf_certified_no_changes', 'a certification without its terms');
    for (const transform of transforms) this.#addTransform(transform);
  }

  #addTransform(reference: PdfDictionary): void {
    const parameters = this.#document.dictionary(reference.entries.get('TransformParams'), 'TransformParams');
    const method = this.#method(reference);
    if (method === 'DocMDP') this.#addChangeLevel(parameters);
    else if (method === 'FieldMDP') this.#addLock(parameters);
    else if (method === 'UR' || method === 'UR3') throw new PdfError('pdf_usage_rights', 'a signature reference');
    else if (method !== 'Identity') throw new PdfError('pdf_certified_no_changes', 'unknown transform');
  }

  /** ISO 32000-2 table 257: without P it is 2. */
  #addChangeLevel(parameters: PdfDictionary | null): void {
    const level = this.#document.resolve(parameters?.entries.get('P') ?? 2);
    if (level !== 2 && level !== 3) throw new PdfError('pdf_certified_no_changes', 'DocMDP');
    this.certification = this.certification === 2 ? 2 : level;
  }

  /** ISO 32000-2 tables 236 and 258. */
  #addLock(parameters: PdfDictionary | null): void {
    const action = nameOf(this.#document.resolve(parameters?.entries.get('Action')));
    if (action !== 'Include') throw new PdfError('pdf_fields_locked', 'a lock over new fields');
    const names = this.#document.array(parameters?.entries.get('Fields'), 'Fields')?.items ?? [];
    if (names.length > this.#document.limits.fieldCountMax) throw new PdfError('pdf_too_many_objects', 'locked fields');
    for (const item of names) {
      const text = this.#document.resolve(item);
      if (isKind(text, 'string')) this.lockedNames.add(readText(text.bytes));
    }
  }

  #transforms(signature: PdfDictionary): readonly PdfDictionary[] {
    const references = this.#document.array(signature.entries.get('Reference'), 'Reference')?.items ?? [];
    if (references.length > REFERENCE_COUNT_MAX) throw new PdfError('pdf_too_many_objects', 'signature references');
    return references.map((item) => this.#dictionary(item));
  }

  #dictionary(item: PdfObject): PdfDictionary {
    const object = this.#document.dictionary(item, 'a signature reference');
    if (object === null) throw new PdfError('pdf_broken', 'a signature reference is missing');
    return object;
  }

  #method(reference: PdfDictionary): string | null {
    return nameOf(this.#document.resolve(reference.entries.get('TransformMethod')));
  }
}
