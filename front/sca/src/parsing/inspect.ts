// SPDX-License-Identifier: Apache-2.0
import { findSignatures } from '@sigillo/standards/pades';
import { type ByteSource, type PdfDocument, permitSigning, readForm, readPages } from '@sigillo/standards/pdf';
import { openPdf } from './open-pdf.ts';
import type { Inspected } from './work.ts';

/** Everything that would refuse a signature is asked here already, when the document arrives. */
export function inspect(source: ByteSource, fileBytesMax: number): Inspected {
  const document = openPdf(source, fileBytesMax);
  const { pageCount } = readPages(document);
  const form = readForm(document);
  const { certification } = permitSigning(document, form);
  const found = findSignatures(document, form);
  const uncovered = found.some(({ coverage }) => coverage.state === 'not_covered');
  return {
    pages: pageCount,
    signatures: found.filter(({ type }) => type === 'signature').length,
    warnings: [
      ...(certification === null ? [] : ['document_is_certified']),
      ...(uncovered ? ['document_has_broken_signature'] : []),
      ...(isHybrid(document) ? ['document_is_hybrid'] : []),
    ],
  };
}

/** Both kinds of cross-references in one file: some validators accept no signature in such a file. */
function isHybrid(document: PdfDocument): boolean {
  return document.references.sections.some(({ trailer }) => trailer.entries.has('XRefStm'));
}
