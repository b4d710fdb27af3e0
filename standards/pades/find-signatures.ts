// SPDX-License-Identifier: Apache-2.0
// The signatures that a document carries already.
import { type InteractiveForm, isKind, nameOf, type PdfDictionary, type PdfDocument, readText, type SignatureField } from '../pdf/index.ts';
import { type CoveredBytes, proveRevisionRange } from './byte-range.ts';
import { PadesError } from './error.ts';

export interface FoundSignature {
  readonly fieldName: string;
  readonly type: 'signature' | 'document-time-stamp';
  readonly subFilter: string | null;
  readonly contents: Uint8Array;
  /** The time that the signer's machine claimed, as text of ISO 32000-2 section 7.9.4. */
  readonly claimedTime: string | null;
  readonly coverage:
    | { readonly state: 'whole_file' | 'earlier_revision'; readonly covered: CoveredBytes }
    | { readonly state: 'not_covered'; readonly error: PadesError };
}

export function findSignatures(document: PdfDocument, form: InteractiveForm): readonly FoundSignature[] {
  return form.signatureFields.flatMap((field) => (field.value === null ? [] : [readSignature(document, field, field.value.object)]));
}

function readSignature(document: PdfDocument, field: SignatureField, signature: PdfDictionary): FoundSignature {
  const contents = document.resolve(signature.entries.get('Contents'));
  const time = document.resolve(signature.entries.get('M'));
  return {
    fieldName: field.name,
    type: nameOf(document.resolve(signature.entries.get('Type'))) === 'DocTimeStamp' ? 'document-time-stamp' : 'signature',
    subFilter: nameOf(document.resolve(signature.entries.get('SubFilter'))),
    contents: isKind(contents, 'string') ? contents.bytes : new Uint8Array(0),
    claimedTime: isKind(time, 'string') ? readText(time.bytes) : null,
    coverage: coverageOf(document, signature),
  };
}

function coverageOf(document: PdfDocument, signature: PdfDictionary): FoundSignature['coverage'] {
  try {
    const { covered } = proveSignatureRange(document.source, signature, (value) => document.array(value, 'ByteRange')?.items ?? []);
    return { state: covered.end === document.source.size ? 'whole_file' : 'earlier_revision', covered };
  } catch (error) {
    if (error instanceof PadesError) return { state: 'not_covered', error };
    throw error;
  }
}

/** Proves that the range of a signature dictionary leaves out this dictionary's own /Contents and nothing else. */
export function proveSignatureRange(
  source: PdfDocument['source'],
  signature: PdfDictionary,
  itemsOf: (value: ReturnType<PdfDictionary['entries']['get']>) => readonly unknown[],
): { readonly covered: CoveredBytes; readonly contents: Uint8Array } {
  const numbers = itemsOf(signature.entries.get('ByteRange')).map((item) => (typeof item === 'number' ? item : Number.NaN));
  const covered = proveRevisionRange(source, numbers);
  const contents = signature.entries.get('Contents');
  const inHexadecimal = isKind(contents, 'string') && contents.hexadecimal;
  if (!inHexadecimal || contents.start !== covered.contentsStart || contents.end !== covered.contentsEnd) {
    throw new PadesError('byte_range_gap_not_contents', 'the gap is not the /Contents of the signature');
  }
  return { covered, contents: contents.bytes };
}
