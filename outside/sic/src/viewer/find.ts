// SPDX-License-Identifier: Apache-2.0
// Searching the text of all pages, and marking what was found with the CSS Custom Highlight API, which changes no document.
import type { PageView } from './page-view.ts';

const PLACES_MAX = 500;

/** Marks every place; answers them in order. Empty text clears the marks. */
export async function findText(pages: readonly PageView[], text: string): Promise<readonly Range[]> {
  const wanted = fold(text);
  const ranges: Range[] = [];
  if (wanted !== '') {
    for (const page of pages) {
      ranges.push(...placesIn(await page.text(), wanted));
      if (ranges.length >= PLACES_MAX) break;
    }
  }
  if ('highlights' in CSS) CSS.highlights.set('found', new Highlight(...ranges));
  return ranges;
}

/** Lines are elements of their own; a place lies within one line. */
function placesIn(layer: HTMLElement, wanted: string): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const line = fold(node.nodeValue ?? '');
    for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(
      wanted,
      at + wanted.length,
    )) ranges.push(rangeOf(node, at, wanted.length));
  }
  return ranges;
}

/** Positions must stay the same, so only case is folded, character by character. */
function fold(text: string): string {
  return Array.from(
    text,
    (character) => (character.toLowerCase().length === character.length ? character.toLowerCase() : character),
  ).join('');
}

function rangeOf(node: Node, at: number, length: number): Range {
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + length);
  return range;
}
