// SPDX-License-Identifier: Apache-2.0
// Reading PDF, ISO 32000-2, from hostile files: random access, bounded memory and work, and one reading of what is ambiguous or none.
export { byteText, writeObject } from './write-object.ts';
export { type CrossReferenceSection } from './cross-reference-section.ts';
export { type Held, openDocument, PdfDocument } from './document.ts';
export { PDF_ERROR_CODES, PdfError, type PdfErrorCode } from './error.ts';
export { type Inflate } from './filter.ts';
export { type InteractiveForm, readForm, type SignatureField } from './form.ts';
export { type IndirectObject } from './indirect-object.ts';
export { DEFAULT_LIMITS, type PdfLimits } from './limits.ts';
export { readNewestRevision } from './newest-revision.ts';
export { type PageTree, readPages } from './pages.ts';
export { permitSigning, type SigningPermission } from './permissions.ts';
export { type ByteSource, sourceOf } from './source.ts';
export { readText, writeText } from './text.ts';
export * from './objects.ts';
