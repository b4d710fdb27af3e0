// SPDX-License-Identifier: Apache-2.0
// The document viewer. It runs in a frame of opaque origin that reaches neither the network nor the page, takes one document, shows it,
// and says what it could not show. pdf.js runs without a worker: this frame is nothing else.
import './viewer.css';
import { getDocument, type PDFDocumentProxy, VerbosityLevel } from 'pdfjs-dist';
import 'pdfjs-dist/build/pdf.worker.mjs';
import { dataFactory } from './data-factory.ts';
import { lookAtDocument, lookAtPage, NoticeList } from './faithfulness.ts';
import { findText } from './find.ts';
import { PageView } from './page-view.ts';
import { type DataKind, type FromViewer, type OpenViewer, READY, type ToViewer } from './protocol.ts';

const MARGIN_PX = 8;

/** What pdf.js warns of at every start, because it runs without a worker here as intended. It says nothing about a document. */
const OWN_ARRANGEMENT = 'Setting up fake worker.';

class Viewer {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>();
  readonly #notices = new NoticeList((notice) => this.#say({ type: 'notice', notice }));
  readonly #main = document.querySelector('main')!;
  #pages: readonly PageView[] = [];
  #factor = 1;
  #asked = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event: MessageEvent<ToViewer>) => this.#hear(event.data);
  }

  async open(bytes: Uint8Array): Promise<void> {
    this.#hearWarnings();
    try {
      const pdf = await this.#parse(bytes);
      this.#pages = await this.#lay(pdf);
      this.#say({ type: 'opened', pages: pdf.numPages });
      this.#watch();
      await this.#check(pdf);
      this.#say({ type: 'checked' });
    } catch (cause) {
      this.#say({ type: 'failed', text: cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown' });
    }
  }

  async #parse(bytes: Uint8Array): Promise<PDFDocumentProxy> {
    return getDocument({
      data: bytes,
      BinaryDataFactory: dataFactory((kind, name) => this.#ask(kind, name), (name) => this.#notices.add('font_substitute', 0, name)),
      cMapUrl: 'page/',
      standardFontDataUrl: 'page/',
      wasmUrl: 'page/',
      cMapPacked: true,
      useWorkerFetch: false,
      useSystemFonts: false,
      fontExtraProperties: true,
      enableXfa: false,
      disableAutoFetch: true,
      disableStream: true,
      disableRange: true,
      disableWorkerRendering: true,
      isImageDecoderSupported: false,
      verbosity: VerbosityLevel.WARNINGS,
    }).promise;
  }

  async #lay(pdf: PDFDocumentProxy): Promise<readonly PageView[]> {
    const pages: PageView[] = [];
    for (let number = 1; number <= pdf.numPages; number++) pages.push(new PageView(await pdf.getPage(number)));
    this.#main.append(...pages.map((page) => page.element));
    this.#pages = pages;
    this.#placeAll();
    return pages;
  }

  /** Every page, seen or not. Between two pages the frame stays able to answer. */
  async #check(pdf: PDFDocumentProxy): Promise<void> {
    await lookAtDocument(pdf, this.#notices);
    for (let number = 1; number <= pdf.numPages; number++) {
      await lookAtPage(await pdf.getPage(number), this.#notices);
      this.#say({ type: 'scanned', page: number });
    }
  }

  #watch(): void {
    const near = new IntersectionObserver(
      (entries) => entries.forEach((entry) => this.#near(entry)),
      { root: this.#main, rootMargin: '100% 0px' },
    );
    for (const page of this.#pages) near.observe(page.element);
    this.#main.addEventListener('scroll', () => this.#tellPage(), { passive: true });
    new ResizeObserver(() => this.#placeAll()).observe(this.#main);
  }

  #near(entry: IntersectionObserverEntry): void {
    const page = this.#pages.find(({ element }) => element === entry.target);
    if (page === undefined) return;
    if (entry.isIntersecting) this.#draw(page);
    else page.forget();
  }

  #draw(page: PageView): void {
    page.draw().catch((cause: unknown) => this.#notices.add('warning', page.number, cause instanceof Error ? cause.message : 'drawing'));
  }

  /** Nothing has a place while the frame is hidden behind another document. */
  #placeAll(): void {
    if (this.#main.clientHeight === 0) return;
    const room = this.#main.clientWidth - 2 * MARGIN_PX;
    const widest = Math.max(1, ...this.#pages.map((page) => page.width));
    const scale = Math.max(0.1, (room / widest) * this.#factor);
    for (const page of this.#pages) page.place(scale);
    for (const page of this.#pages) if (this.#isNear(page)) this.#draw(page);
    this.#tellPage();
  }

  #isNear(page: PageView): boolean {
    const { top, bottom } = page.element.getBoundingClientRect();
    return bottom > -this.#main.clientHeight && top < 2 * this.#main.clientHeight;
  }

  #tellPage(): void {
    const middle = this.#main.clientHeight / 2;
    const current = this.#pages.findLast((page) => page.element.getBoundingClientRect().top <= middle);
    this.#say({ type: 'at', page: current?.number ?? 1 });
  }

  #hear(message: ToViewer): void {
    switch (message.type) {
      case 'zoom':
        this.#factor = message.factor;
        this.#placeAll();
        break;
      case 'go':
        this.#pages[message.page - 1]?.element.scrollIntoView({ block: 'start' });
        break;
      case 'find':
        findText(this.#pages, message.text)
          .then((ranges) => {
            ranges[0]?.startContainer.parentElement?.scrollIntoView({ block: 'center' });
            this.#say({ type: 'found', count: ranges.length });
          })
          .catch((cause: unknown) => this.#notices.add('warning', 0, cause instanceof Error ? cause.message : 'search'));
        break;
      case 'data':
        this.#take(message.id, message.bytes);
        break;
    }
  }

  async #ask(kind: DataKind, name: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      this.#say({ type: 'need', id, kind, name });
    });
  }

  #take(id: number, bytes: Uint8Array | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (bytes === null) waiting?.reject(new Error('the page does not have this'));
    else waiting?.resolve(bytes);
  }

  /** pdf.js tells its warnings to the console and to nobody else. */
  #hearWarnings(): void {
    // oxlint-disable-next-line no-console -- listened to, not written to.
    console.warn = (...words: readonly unknown[]) => {
      const text = words.map(String).join(' ').replace(/^Warning: /, '');
      if (text !== OWN_ARRANGEMENT) this.#notices.add('warning', 0, text);
    };
  }

  #say(message: FromViewer): void {
    this.#port.postMessage(message, []);
  }
}

// The frame's own address has the page's origin although the frame itself has none, so the page is recognised by it.
addEventListener('message', (event: MessageEvent<OpenViewer>) => {
  const [port] = event.ports;
  if (event.source !== parent || event.origin !== location.origin || port === undefined || event.data.type !== 'open') return;
  void new Viewer(port).open(event.data.bytes);
}, { once: true });
parent.postMessage(READY, '*');
