// SPDX-License-Identifier: Apache-2.0

const NEW_PDF = 'Open it in a PDF viewer and save or print it as a new PDF, then try again.';
const ASK_ISSUER = 'Ask whoever made the document for a copy that allows signing.';

/** What the person who brought the document can do about each refusal. Pages translate by code; this is the text for everyone else. */
const ADVICE = {
  pdf_not_a_pdf: 'This file is not a PDF. Export it as a PDF first.',
  pdf_broken: `This PDF is damaged or incomplete. ${NEW_PDF}`,
  pdf_cross_references_damaged: `The table of contents inside this PDF is damaged. ${NEW_PDF}`,
  pdf_encrypted: 'This PDF is protected by a password or by restrictions. Save a copy without protection, then try again.',
  pdf_too_large: 'This PDF is too large. Reduce it, for example by compressing its pictures, or split it.',
  pdf_too_many_objects: `This PDF has too many parts. ${NEW_PDF}`,
  pdf_too_many_pages: 'This PDF has too many pages. Split it into several documents.',
  pdf_too_deep: `The parts of this PDF are nested too deeply. ${NEW_PDF}`,
  pdf_object_too_large: `A part of this PDF is too large to be read. ${NEW_PDF}`,
  pdf_compression_unsupported: `This PDF is compressed in a way that is not supported here. ${NEW_PDF}`,
  pdf_certified_no_changes: `The author certified this PDF and forbids every change, further signatures included. ${ASK_ISSUER}`,
  pdf_fields_locked: `An earlier signature in this PDF locks its form, so that no signature can be added. ${ASK_ISSUER}`,
  pdf_usage_rights: 'This PDF carries usage rights that a signature would void. Print it as a new PDF, then try again.',
  pdf_xfa_form:
    'This PDF is a dynamic form (XFA), which different programs show differently. Fill it in, print it as a new PDF, then try again.',
} as const;

export type PdfErrorCode = keyof typeof ADVICE;

/** Why a file is refused. The message names the place for those who look into the file; the advice is for the person. */
export class PdfError extends Error {
  override readonly name = 'PdfError';
  readonly code: PdfErrorCode;

  constructor(code: PdfErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }

  get advice(): string {
    return ADVICE[this.code];
  }
}

export const PDF_ERROR_CODES: readonly PdfErrorCode[] = Object.keys(ADVICE) as PdfErrorCode[];
