// SPDX-License-Identifier: Apache-2.0
// The documents that the signature covers, rendered from the very bytes that were checked.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PreparedDocument } from '../checks/prepared.ts';
import { useDesk } from '../desk.ts';
import type { ApprovalView } from '../flow/approval.ts';
import { DocumentFrame, type DocumentLook } from '../parts/document-frame.tsx';
import { Heading } from '../parts/heading.tsx';
import { Name, Sentence } from '../parts/text.tsx';
import { visible } from '../text/visible.ts';

interface ReadingProps {
  readonly view: ApprovalView;
  readonly documents: readonly PreparedDocument[] | null;
  readonly looks: readonly DocumentLook[];
  readonly setLook: (at: number, change: (look: DocumentLook) => DocumentLook) => void;
  readonly goOn: () => void;
}

export function Reading({ view, documents, looks, setLook, goOn }: ReadingProps): VNode {
  const { text } = useDesk();
  const { items } = view.intent;
  const [open, setOpen] = useState(0);
  return (
    <section class="reading" aria-labelledby="read-title">
      <div class="reading-head">
        <Heading title={text.approve.readTitle}>
          <span id="read-title">{text.approve.readTitle}</span>
        </Heading>
        {items.length === 1 && (
          <span class="one-line faint">
            <Name>{items[0]!.name}</Name>
          </span>
        )}
        {items.length > 1 && documents !== null && (
          <select
            aria-label={text.document.list}
            data-testid="document-choose"
            value={open}
            onChange={(event) => setOpen(Number(event.currentTarget.value))}
          >
            {items.map((item, at) => (
              <option key={at} value={at}>
                {`${text.document.choose(at + 1, items.length)}: ${visible(item.name)}`}
              </option>
            ))}
          </select>
        )}
      </div>
      {documents === null ? (
        <div class="note" data-testid="document-unseen">
          <p class="lead">{text.document.unseen}</p>
          <p>
            <Sentence of={text.document.unseenHint(view.intent.shown.clientName)} />
          </p>
        </div>
      ) : (
        documents.map((document, at) => (
          <div key={at} class="sheet" hidden={at !== open}>
            <DocumentFrame bytes={document.content} name={visible(items[at]!.name)} onLook={(change) => setLook(at, change)} />
            <LookLine look={looks[at]!} />
          </div>
        ))
      )}
      <div class="go-on">
        <button type="button" class="solid" data-testid="approve-continue" onClick={goOn}>
          {text.approve.goOn}
        </button>
        <p class="faint">{text.approve.goOnHint}</p>
      </div>
    </section>
  );
}

/** One line below the document: how far it has been checked. What was found stands beside the decision. */
function LookLine({ look }: { readonly look: DocumentLook }): VNode {
  const { text } = useDesk();
  const harmless = look.notices.every((notice) => notice.code === 'font_substitute');
  const words = ((): string => {
    if (look.failed !== null) return text.document.notShown;
    if (look.pages === 0) return text.document.opening;
    if (!look.checked) return text.document.scanning(Math.min(look.scanned + 1, look.pages), look.pages);
    if (look.notices.length === 0) return text.document.faithful;
    return harmless ? text.document.substituted : text.document.unfaithful;
  })();
  const state = look.failed !== null ? 'failed' : look.checked ? 'checked' : look.pages === 0 ? 'opening' : 'scanning';
  return (
    <p class="look" data-testid="document-state" data-state={state} data-notices={look.notices.length} data-harmless={harmless}>
      {words}
    </p>
  );
}
