// SPDX-License-Identifier: Apache-2.0
// The document in its frame: an opaque origin that gets the bytes and gives back pictures on a screen (`flow.md` 1). The controls are
// the page's own, outside of the frame.
import type { VNode } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { type DataKind, type Notice, READY, readFromViewer, type ToViewer } from '../viewer/protocol.ts';

export interface DocumentLook {
  /** 0 until the document is open. */
  readonly pages: number;
  readonly scanned: number;
  readonly checked: boolean;
  readonly failed: string | null;
  readonly notices: readonly Notice[];
}

export const UNSEEN_LOOK: DocumentLook = { pages: 0, scanned: 0, checked: false, failed: null, notices: [] };

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const;
const FIT = ZOOMS.indexOf(1);

interface FrameProps {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly onLook: (change: (look: DocumentLook) => DocumentLook) => void;
}

export function DocumentFrame({ bytes, name, onLook }: FrameProps): VNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort | null>(null);
  const [at, setAt] = useState(1);
  const [pages, setPages] = useState(0);
  const [found, setFound] = useState<number | null>(null);
  const [zoom, step] = useReducer((now: number, by: number) => (by === 0 ? FIT : Math.max(0, Math.min(ZOOMS.length - 1, now + by))), FIT);
  const tell = (message: ToViewer): void => port.current?.postMessage(message, []);

  useEffect(() => tell({ type: 'zoom', factor: ZOOMS[zoom]! }), [zoom]);
  useEffect(() => {
    const channel = new MessageChannel();
    port.current = channel.port1;
    channel.port1.onmessage = (event: MessageEvent<unknown>) => hear(event.data, channel.port1, { setAt, setPages, setFound, onLook });
    const ready = (event: MessageEvent<unknown>): void => {
      const viewer = frame.current?.contentWindow;
      if (viewer === null || viewer === undefined || event.source !== viewer || event.data !== READY) return;
      removeEventListener('message', ready);
      // The frame's origin is opaque, so no origin can be named here; what stands in the frame is pinned by frame-src.
      viewer.postMessage({ type: 'open', bytes }, { targetOrigin: '*', transfer: [channel.port2] });
    };
    addEventListener('message', ready);
    if (frame.current !== null) frame.current.src = '/viewer.html';
    return () => {
      removeEventListener('message', ready);
      channel.port1.close();
    };
  }, [bytes]);

  return (
    <div class="viewer">
      <Toolbar at={at} pages={pages} found={found} step={step} tell={tell} />
      <iframe ref={frame} sandbox="allow-scripts" allow="" referrerpolicy="no-referrer" title={name} data-testid="document-frame" />
    </div>
  );
}

interface Hears {
  readonly setAt: (page: number) => void;
  readonly setPages: (pages: number) => void;
  readonly setFound: (count: number) => void;
  readonly onLook: FrameProps['onLook'];
}

function hear(data: unknown, port: MessagePort, { setAt, setPages, setFound, onLook }: Hears): void {
  const message = readFromViewer(data);
  switch (message?.type) {
    case undefined:
      break;
    case 'need':
      void answerNeed(message, port);
      break;
    case 'opened':
      setPages(message.pages);
      onLook((look) => ({ ...look, pages: message.pages }));
      break;
    case 'at':
      setAt(message.page);
      break;
    case 'scanned':
      onLook((look) => ({ ...look, scanned: message.page }));
      break;
    case 'notice':
      onLook((look) => (look.notices.length >= 100 ? look : { ...look, notices: [...look.notices, message.notice] }));
      break;
    case 'checked':
      onLook((look) => ({ ...look, checked: true }));
      break;
    case 'found':
      setFound(message.count);
      break;
    case 'failed':
      onLook((look) => ({ ...look, failed: message.text }));
      break;
  }
}

/** From the page's own origin, by a name that `readFromViewer` has let through. */
async function answerNeed(need: { readonly id: number; readonly kind: DataKind; readonly name: string }, port: MessagePort): Promise<void> {
  let bytes: Uint8Array | null = null;
  try {
    const response = await fetch(`/pdf/${need.kind}/${need.name}`, { credentials: 'omit', redirect: 'error' });
    if (response.ok) bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    // The viewer says that it lacks this file, and the signer reads it.
    bytes = null;
  }
  port.postMessage({ type: 'data', id: need.id, bytes } satisfies ToViewer, []);
}

interface ToolbarProps {
  readonly at: number;
  readonly pages: number;
  readonly found: number | null;
  readonly step: (by: number) => void;
  readonly tell: (message: ToViewer) => void;
}

function Toolbar({ at, pages, found, step, tell }: ToolbarProps): VNode {
  const { text } = useDesk();
  const [wanted, setWanted] = useState('');
  const [finding, setFinding] = useState(false);
  const words = text.document;
  const search = (event: Event): void => {
    event.preventDefault();
    tell({ type: 'find', text: wanted });
  };
  return (
    <div class="toolbar" role="toolbar" aria-label={words.title}>
      <span class="group">
        <button
          type="button"
          class="icon step"
          aria-label={words.previous}
          disabled={at <= 1}
          onClick={() => tell({ type: 'go', page: at - 1 })}
        >
          ↑
        </button>
        <button
          type="button"
          class="icon step"
          aria-label={words.next}
          disabled={at >= pages}
          onClick={() => tell({ type: 'go', page: at + 1 })}
        >
          ↓
        </button>
        <span class="count" data-testid="document-page">
          {pages === 0 ? '' : words.page(at, pages)}
        </span>
      </span>
      <span class="group">
        <button type="button" class="icon" aria-label={words.zoomOut} onClick={() => step(-1)}>
          −
        </button>
        <button type="button" class="icon" aria-label={words.fit} onClick={() => step(0)}>
          ↔
        </button>
        <button type="button" class="icon" aria-label={words.zoomIn} onClick={() => step(1)}>
          +
        </button>
        <button type="button" class="quiet find-open" aria-expanded={finding} onClick={() => setFinding(!finding)}>
          {words.findOpen}
        </button>
      </span>
      <form class="group find" data-open={finding} role="search" onSubmit={search}>
        <input
          type="search"
          aria-label={words.find}
          placeholder={words.find}
          value={wanted}
          data-testid="document-find"
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <span class="count" role="status">
          {found === null ? '' : found === 0 ? words.foundNone : words.found(found)}
        </span>
      </form>
    </div>
  );
}
