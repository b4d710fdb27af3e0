// SPDX-License-Identifier: Apache-2.0
// Which file of the bundle an address means. Nothing but these forms is served, so no address can leave the folder.
import { PATHS } from '../src/router/route.ts';
import type { ServedKind } from './headers.ts';

export interface ServedFile {
  /** Below the bundle's folder. */
  readonly file: string;
  readonly kind: ServedKind;
  readonly type: string;
}

/** Null: there is no such file. `/pins.json` belongs to the host, not to the bundle. */
export function resolveFile(pathname: string): ServedFile | null {
  if (Object.values(PATHS).includes(pathname)) return { file: 'index.html', kind: 'page', type: HTML };
  if (pathname === '/viewer.html') return { file: 'viewer.html', kind: 'viewer', type: HTML };
  const [, folder, name] = /^\/(assets|pdf\/(?:cmaps|fonts|wasm))\/([A-Za-z0-9_.-]+)$/.exec(pathname) ?? [];
  const type = TYPES[name?.split('.').at(-1) ?? ''];
  if (folder === undefined || name === undefined || type === undefined || name.startsWith('.')) return null;
  return { file: `${folder}/${name}`, kind: folder === 'assets' ? 'asset' : 'data', type };
}

const HTML = 'text/html; charset=utf-8';
const TYPES: Readonly<Record<string, string | undefined>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  bcmap: 'application/octet-stream',
  pfb: 'application/octet-stream',
  ttf: 'font/ttf',
  wasm: 'application/wasm',
};
