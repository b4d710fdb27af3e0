// SPDX-License-Identifier: Apache-2.0
// What is signed, item by item. A long list says first how many there are, and is gone through a hundred at a time; none is left out.
import { ITEMS_MAX, type Item } from '@sigillo/doors/sap';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import type { ApprovalView } from '../flow/approval.ts';
import type { DocumentLook } from '../parts/document-frame.tsx';
import { Name } from '../parts/text.tsx';
import { size } from '../text/format.ts';

interface ItemListProps {
  readonly view: ApprovalView;
  readonly looks: readonly DocumentLook[];
  /** Index of the first item on this page of the list. */
  readonly first: number;
  readonly go: (first: number) => void;
}

/** The items on the page of the list that begins with `first`, each with its index. */
export function shownItems(items: readonly Item[], first: number): readonly (readonly [at: number, item: Item])[] {
  return items.slice(first, first + ITEMS_MAX).map((item, at) => [first + at, item] as const);
}

export function ItemList({ view, looks, first, go }: ItemListProps): VNode {
  const { text } = useDesk();
  const { items } = view.intent;
  const isLong = items.length > ITEMS_MAX;
  const top = useRef<HTMLHeadingElement>(null);
  const goOn = (to: number): void => {
    go(to);
    top.current?.scrollIntoView();
    top.current?.focus();
  };
  const pager = (): VNode | false => isLong && <Pager count={items.length} first={first} go={goOn} />;
  return (
    <>
      <h3 ref={top} tabIndex={-1}>
        {text.approve.what}
      </h3>
      {isLong && <p data-testid="approve-count">{text.approve.longList(items.length)}</p>}
      {pager()}
      <ul class="items" data-testid="approve-items">
        {shownItems(items, first).map(([at, item]) => (
          <Row key={at} item={item} number={isLong ? at + 1 : null} look={looks[at]} />
        ))}
      </ul>
      {pager()}
      {view.documents !== null && <p class="faint">{text.approve.signature}</p>}
    </>
  );
}

function Row({ item, number, look }: { readonly item: Item; readonly number: number | null; readonly look: DocumentLook | undefined }): VNode {
  const { text, language } = useDesk();
  const pages = look?.pages ?? 0;
  const facts = [
    ...(pages > 0 ? [text.units.pages(pages)] : []),
    ...(item.documentDigest === null ? [text.document.unseen] : [size(language, item.sizeBytes)]),
  ];
  return (
    <li>
      <span>
        {number !== null && <span class="faint">{number}. </span>}
        <Name>{item.name}</Name>
      </span>
      <span class="faint">{facts.join(' · ')}</span>
    </li>
  );
}

function Pager({ count, first, go }: { readonly count: number; readonly first: number; readonly go: (first: number) => void }): VNode {
  const { text } = useDesk();
  const next = first + ITEMS_MAX;
  return (
    <div class="pager">
      <button type="button" data-testid="items-previous" disabled={first === 0} onClick={() => go(first - ITEMS_MAX)}>
        {text.approve.previous}
      </button>
      <span class="faint" data-testid="items-shown">
        {text.approve.listShown(first + 1, Math.min(next, count), count)}
      </span>
      <button type="button" data-testid="items-next" disabled={next >= count} onClick={() => go(next)}>
        {text.approve.next}
      </button>
    </div>
  );
}
