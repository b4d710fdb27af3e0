// SPDX-License-Identifier: Apache-2.0
import { PdfError } from './error.ts';
import type { PdfDocument } from './document.ts';
import { isKind, nameOf, type PdfDictionary, type PdfObject, type PdfReference } from './objects.ts';

export interface PageTree {
  readonly pageCount: number;
  readonly firstPage: { readonly reference: PdfReference; readonly dictionary: PdfDictionary };
  /** Whether another page names the same annotation array as the first page, so that writing to it would change both. */
  readonly firstAnnotationsShared: boolean;
}

/** Walks the whole page tree, ISO 32000-2 section 7.7.3: every page once, in order, as it is. */
export function readPages(document: PdfDocument): PageTree {
  return new PageWalk(document).tree();
}

class PageWalk {
  readonly #document: PdfDocument;
  readonly #visited = new Set<number>();
  #pageCount = 0;
  #firstPage: PageTree['firstPage'] | null = null;
  #firstAnnotations: PdfObject | undefined;
  #shared = false;

  constructor(document: PdfDocument) {
    this.#document = document;
  }

  tree(): PageTree {
    this.#visit(this.#document.catalog.object.entries.get('Pages'), 0);
    if (this.#firstPage === null) throw new PdfError('pdf_broken', 'no page');
    return { pageCount: this.#pageCount, firstPage: this.#firstPage, firstAnnotationsShared: this.#shared };
  }

  #visit(value: PdfObject | undefined, depth: number): void {
    const { object: node, holder } = this.#document.follow(value);
    if (!isKind(node, 'dictionary') || holder === null) throw new PdfError('pdf_broken', 'a page is missing');
    if (this.#visited.has(holder.number)) throw new PdfError('pdf_broken', `page object ${holder.number} twice`);
    if (depth > this.#document.limits.depthMax) throw new PdfError('pdf_too_deep', 'the page tree');
    this.#visited.add(holder.number);
    if (this.#visited.size > 2 * this.#document.limits.pageCountMax) throw this.#tooMany();
    const kids = this.#document.array(node.entries.get('Kids'), 'Kids');
    if (kids === null) this.#leaf(node, holder);
    else for (const kid of kids.items) this.#visit(kid, depth + 1);
  }

  #leaf(page: PdfDictionary, reference: PdfReference): void {
    if (nameOf(page.entries.get('Type')) !== 'Page') throw new PdfError('pdf_broken', `object ${reference.number} is not a page`);
    if (++this.#pageCount > this.#document.limits.pageCountMax) throw this.#tooMany();
    const annotations = page.entries.get('Annots');
    if (this.#firstPage === null) {
      this.#firstPage = { reference, dictionary: page };
      this.#firstAnnotations = annotations;
    } else if (isKind(annotations, 'reference') && isKind(this.#firstAnnotations, 'reference')) {
      this.#shared ||= annotations.number === this.#firstAnnotations.number;
    }
  }

  #tooMany(): PdfError {
    return new PdfError('pdf_too_many_pages', `more than ${this.#document.limits.pageCountMax} pages`);
  }
}
