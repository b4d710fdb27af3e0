// SPDX-License-Identifier: Apache-2.0
// pdf.js draws what it can and reports success. What it could not draw, and what else is in a document beside its pages, is found here:
// every page is looked at, seen or not, before anybody approves.
import { OPS, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist';
import type { Notice, NoticeCode } from './protocol.ts';

const NOTICES_MAX = 60;

/** Each notice once. */
export class NoticeList {
  readonly #seen = new Set<string>();
  readonly #tell: (notice: Notice) => void;

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell;
  }

  add(code: NoticeCode, page: number, text: string): void {
    const key = `${code} ${page} ${text}`;
    if (this.#seen.has(key) || this.#seen.size >= NOTICES_MAX) return;
    this.#seen.add(key);
    this.#tell({ code, page, text });
  }
}

/** What belongs to the document as a whole. */
export async function lookAtDocument(document: PDFDocumentProxy, notices: NoticeList): Promise<void> {
  const [attachments, scripts, layers] = await Promise.all([
    document.getAttachments(), document.getJSActions(), document.getOptionalContentConfig(),
  ]);
  if (attachments !== null && attachments !== undefined && sizeOf(attachments) > 0) notices.add('attachment', 0, '');
  if (scripts !== null && sizeOf(scripts) > 0) notices.add('script', 0, '');
  if (document.isPureXfa) notices.add('dynamic_form', 0, '');
  for (const [, layer] of layers as unknown as Iterable<[string, { readonly visible?: boolean }]>) {
    if (layer.visible === false) notices.add('hidden_layer', 0, '');
  }
}

/** What belongs to one page: fonts, glyphs, annotations that hold media. */
export async function lookAtPage(page: PDFPageProxy, notices: NoticeList): Promise<void> {
  const [operators, annotations] = await Promise.all([page.getOperatorList(), page.getAnnotations()]);
  lookAtFonts(page, notices);
  if (lacksGlyph(operators)) notices.add('glyph_missing', page.pageNumber, '');
  for (const annotation of annotations as readonly { readonly subtype?: string }[]) {
    if (MEDIA.has(annotation.subtype ?? '')) notices.add('media', page.pageNumber, annotation.subtype ?? '');
  }
}

const MEDIA: ReadonlySet<string> = new Set(['RichMedia', 'Screen', 'Movie', 'Sound', '3D', 'FileAttachment']);

/** Fonts without a file and without a stand-in of ours. */
function lookAtFonts(page: PDFPageProxy, notices: NoticeList): void {
  for (const [, data] of page.commonObjs as unknown as Iterable<[string, unknown]>) {
    if (typeof data !== 'object' || data === null || !('missingFile' in data) || data.missingFile !== true) continue;
    const name = 'name' in data && typeof data.name === 'string' ? data.name : '';
    notices.add('font_missing', 0, name);
  }
}

function lacksGlyph(operators: { readonly fnArray: readonly number[]; readonly argsArray: readonly unknown[] }): boolean {
  return operators.fnArray.some((operation, at) => {
    if (operation !== OPS.showText) return false;
    const [glyphs] = operators.argsArray[at] as [unknown];
    return Array.isArray(glyphs) && glyphs.some(isMissing);
  });
}

function isMissing(glyph: unknown): boolean {
  if (typeof glyph !== 'object' || glyph === null) return false;
  const { isInFont, isSpace, unicode } = glyph as Record<string, unknown>;
  return isInFont === false && isSpace !== true && !(typeof unicode === 'string' && unicode.trim() === '');
}

function sizeOf(value: object): number {
  return value instanceof Map ? value.size : Object.keys(value).length;
}
