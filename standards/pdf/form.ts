// SPDX-License-Identifier: Apache-2.0
// The interactive form of a document, ISO 32000-2 section 12.7, as far as signing needs it: which names are taken, which fields are
// signature fields.
import type { Held, PdfDocument } from './document.ts';
import { PdfError } from './error.ts';
import { isKind, nameOf, type PdfArray, type PdfDictionary, type PdfObject, type PdfReference } from './objects.ts';
import { readText } from './text.ts';

export interface SignatureField {
  /** Partial names from the root, joined by full stops. */
  readonly name: string;
  readonly reference: PdfReference;
  readonly dictionary: PdfDictionary;
  /** The signature, where the field is signed. */
  readonly value: Held<PdfDictionary> | null;
}

export interface InteractiveForm {
  /** The AcroForm dictionary; null where the document has no form. */
  readonly acroForm: Held<PdfDictionary> | null;
  readonly fields: Held<PdfArray> | null;
  readonly rootNames: ReadonlySet<string>;
  readonly signatureFields: readonly SignatureField[];
}

export function readForm(document: PdfDocument): InteractiveForm {
  const acroForm = document.follow(document.catalog.object.entries.get('AcroForm'));
  if (acroForm.object === null) return { acroForm: null, fields: null, rootNames: new Set(), signatureFields: [] };
  if (!isKind(acroForm.object, 'dictionary')) throw new PdfError('pdf_broken', 'AcroForm is not a dictionary');
  const form = { object: acroForm.object, holder: acroForm.holder };
  const walk = new FieldWalk(document);
  const fields = document.follow(form.object.entries.get('Fields'));
  if (fields.object !== null && !isKind(fields.object, 'array')) throw new PdfError('pdf_broken', 'Fields is not an array');
  for (const field of fields.object?.items ?? []) walk.visit(field, null, 0);
  return {
    acroForm: form,
    fields: fields.object === null ? null : { object: fields.object, holder: fields.holder },
    rootNames: walk.rootNames,
    signatureFields: walk.signatureFields,
  };
}

interface Parent {
  readonly name: string;
  readonly type: string | null;
  readonly value: PdfObject | undefined;
}

class FieldWalk {
  readonly rootNames = new Set<string>();
  readonly signatureFields: SignatureField[] = [];
  readonly #document: PdfDocument;
  readonly #visited = new Set<number>();

  constructor(document: PdfDocument) {
    this.#document = document;
  }

  /** A reference to nothing is no field: programs that delete fields leave such references behind. */
  visit(reference: PdfObject, parent: Parent | null, depth: number): void {
    const { object: field, holder } = this.#document.follow(reference);
    if (field === null) return;
    if (!isKind(field, 'dictionary') || holder === null) throw new PdfError('pdf_broken', 'a form field is not an object of its own');
    this.#count(holder, depth);
    const own = this.#inherit(field, parent);
    if (parent === null) this.rootNames.add(own.name);
    const kids = this.#fieldKids(field);
    for (const kid of kids) this.visit(kid, own, depth + 1);
    if (kids.length === 0 && own.type === 'Sig') this.#addSignatureField(field, holder, own);
  }

  #count(holder: PdfReference, depth: number): void {
    if (this.#visited.has(holder.number)) throw new PdfError('pdf_broken', `form field ${holder.number} twice`);
    if (depth > this.#document.limits.depthMax) throw new PdfError('pdf_too_deep', 'the form');
    this.#visited.add(holder.number);
    if (this.#visited.size > this.#document.limits.fieldCountMax) throw new PdfError('pdf_too_many_objects', 'form fields');
  }

  /** FT and V are inherited, ISO 32000-2 table 226. */
  #inherit(field: PdfDictionary, parent: Parent | null): Parent {
    const partial = this.#document.resolve(field.entries.get('T'));
    const name = isKind(partial, 'string') ? readText(partial.bytes) : '';
    return {
      name: parent === null || name === '' ? (parent?.name ?? name) : `${parent.name}.${name}`,
      type: nameOf(this.#document.resolve(field.entries.get('FT'))) ?? parent?.type ?? null,
      value: field.entries.get('V') ?? parent?.value,
    };
  }

  /** Kids without a name of their own are widgets of the field, not fields. */
  #fieldKids(field: PdfDictionary): readonly PdfObject[] {
    const kids = this.#document.array(field.entries.get('Kids'), 'Kids')?.items ?? [];
    const numbers = new Set(kids.map((kid) => (isKind(kid, 'reference') ? kid.number : null)));
    if (numbers.size < kids.length) throw new PdfError('pdf_broken', 'a form field has the same part twice');
    return kids.filter((kid) => {
      const object = this.#document.resolve(kid);
      return isKind(object, 'dictionary') && (object.entries.has('T') || object.entries.has('Kids'));
    });
  }

  #addSignatureField(dictionary: PdfDictionary, reference: PdfReference, { name, value }: Parent): void {
    const { object, holder } = this.#document.follow(value);
    if (object !== null && !isKind(object, 'dictionary')) throw new PdfError('pdf_broken', `the signature of ${reference.number}`);
    this.signatureFields.push({ name, reference, dictionary, value: object === null ? null : { object, holder } });
  }
}
