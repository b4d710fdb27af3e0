// SPDX-License-Identifier: Apache-2.0
// One page of the document: its place, its drawing while it is near the window, and its text above the drawing for searching,
// selecting and reading aloud.
import { AnnotationMode, type PDFPageProxy, type RenderTask, TextLayer } from 'pdfjs-dist';

/** Phones give a page's canvas up above this. */
const CANVAS_PIXELS_MAX = 16_000_000;

export class PageView {
  readonly element: HTMLElement;
  readonly number: number;
  readonly #page: PDFPageProxy;
  #scale = 1;
  #drawnScale = 0;
  #canvas: HTMLCanvasElement | null = null;
  #text: HTMLElement | null = null;
  #task: RenderTask | null = null;

  constructor(page: PDFPageProxy) {
    this.#page = page;
    this.number = page.pageNumber;
    this.element = document.createElement('section');
    this.element.className = 'page';
    this.element.setAttribute('aria-label', String(page.pageNumber));
  }

  /** In CSS pixels at scale 1. */
  get width(): number {
    return this.#page.getViewport({ scale: 1 }).width;
  }

  place(scale: number): void {
    this.#scale = scale;
    const { width, height } = this.#page.getViewport({ scale });
    this.element.style.width = `${Math.floor(width)}px`;
    this.element.style.height = `${Math.floor(height)}px`;
    this.element.style.setProperty('--total-scale-factor', String(scale));
  }

  /** Draws at the present scale where that is not done yet. */
  async draw(): Promise<void> {
    if (this.#drawnScale === this.#scale) return;
    this.#task?.cancel();
    const scale = this.#scale;
    this.#drawnScale = scale;
    const viewport = this.#page.getViewport({ scale });
    const canvas = document.createElement('canvas');
    const ratio = Math.min(globalThis.devicePixelRatio, 2, Math.sqrt(CANVAS_PIXELS_MAX / (viewport.width * viewport.height)));
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute('aria-hidden', 'true');
    const task = this.#page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0], annotationMode: AnnotationMode.ENABLE });
    this.#task = task;
    try {
      await task.promise;
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'RenderingCancelledException') return;
      throw cause;
    }
    this.#canvas?.remove();
    this.#canvas = canvas;
    this.element.prepend(canvas);
    await this.text();
  }

  /** The text layer, made once. */
  async text(): Promise<HTMLElement> {
    if (this.#text !== null) return this.#text;
    const layer = document.createElement('div');
    layer.className = 'textLayer';
    this.#text = layer;
    this.element.append(layer);
    const content = await this.#page.getTextContent();
    await new TextLayer({
      textContentSource: content,
      container: layer,
      viewport: this.#page.getViewport({ scale: this.#scale }),
    }).render();
    return layer;
  }

  /** Gives the memory of the drawing back; the place and the text stay. */
  forget(): void {
    this.#task?.cancel();
    this.#canvas?.remove();
    this.#canvas = null;
    this.#drawnScale = 0;
  }
}
