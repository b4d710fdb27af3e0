// SPDX-License-Identifier: Apache-2.0
// What page and viewer say to each other. The viewer has read a stranger's document: whatever it says is judged here before the page
// believes it, and the worst it can do is to show something else, which the same document could do anyway.

export const NOTICE_CODES = [
  'font_substitute', 'font_missing', 'glyph_missing', 'hidden_layer', 'attachment', 'media', 'script', 'dynamic_form', 'warning',
] as const;
export type NoticeCode = (typeof NOTICE_CODES)[number];

/** Something that the viewer cannot show faithfully; on which page, 0 for the whole document. */
export interface Notice {
  readonly code: NoticeCode;
  readonly page: number;
  readonly text: string;
}

export const DATA_KINDS = ['cmaps', 'fonts', 'wasm'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export type FromViewer =
  | { readonly type: 'need'; readonly id: number; readonly kind: DataKind; readonly name: string }
  | { readonly type: 'opened'; readonly pages: number }
  | { readonly type: 'at'; readonly page: number }
  | { readonly type: 'scanned'; readonly page: number }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'checked' }
  | { readonly type: 'found'; readonly count: number }
  | { readonly type: 'failed'; readonly text: string };

export type ToViewer =
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'go'; readonly page: number }
  | { readonly type: 'find'; readonly text: string }
  | { readonly type: 'data'; readonly id: number; readonly bytes: Uint8Array | null };

/** The first message, through the window; everything after it goes through the port that comes with it. */
export interface OpenViewer {
  readonly type: 'open';
  readonly bytes: Uint8Array;
}

export const READY = 'sigillo-viewer-ready';

/** Files that the viewer may ask for: character maps, the standard fonts, the picture decoders. Nothing else has such a name. */
const DATA_NAMES: Readonly<Record<DataKind, RegExp>> = {
  cmaps: /^[A-Za-z0-9-]{1,40}\.bcmap$/,
  fonts: /^(?:Foxit|Liberation)[A-Za-z-]{1,40}\.(?:pfb|ttf)$/,
  wasm: /^(?:openjpeg|jbig2|qcms_bg)\.wasm$/,
};

export function readFromViewer(value: unknown): FromViewer | null {
  if (typeof value !== 'object' || value === null) return null;
  const message = value as Readonly<Record<string, unknown>>;
  switch (message['type']) {
    case 'need':
      return readNeed(message);
    case 'opened':
      return isCount(message['pages']) && message['pages'] > 0 ? { type: 'opened', pages: message['pages'] } : null;
    case 'at':
    case 'scanned':
      return isCount(message['page']) ? { type: message['type'], page: message['page'] } : null;
    case 'found':
      return isCount(message['count']) ? { type: 'found', count: message['count'] } : null;
    case 'notice':
      return readNotice(message['notice']);
    case 'checked':
      return { type: 'checked' };
    case 'failed':
      return { type: 'failed', text: short(message['text']) };
    default:
      return null;
  }
}

function readNeed(message: Readonly<Record<string, unknown>>): FromViewer | null {
  const kind = DATA_KINDS.find((known) => known === message['kind']);
  const { id, name } = message;
  if (kind === undefined || !isCount(id) || typeof name !== 'string' || !DATA_NAMES[kind].test(name)) return null;
  return { type: 'need', id, kind, name };
}

function readNotice(value: unknown): FromViewer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, page, text } = value as Record<string, unknown>;
  const known = NOTICE_CODES.find((one) => one === code);
  return known === undefined || !isCount(page) ? null : { type: 'notice', notice: { code: known, page, text: short(text) } };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000;
}

function short(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
