// SPDX-License-Identifier: Apache-2.0
// The headers under which the page, the viewer and their files are served. They are part of the page's security: the page runs its
// own files only, talks to three services only, and frames nothing but the viewer; the viewer has an origin of its own that reaches nothing.

export type ServedKind = 'page' | 'viewer' | 'asset' | 'data';

export interface ServedUrls {
  /** Origin of the page, without a slash at the end. */
  readonly signOrigin: string;
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly scaUrl: string;
}

/** `asset` is for files below /assets/, `data` for all other files (below /pdf/, and pins.json). */
export function headersFor(kind: ServedKind, urls: ServedUrls): Readonly<Record<string, string>> {
  return { ...COMMON, ...own(kind, urls) };
}

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
} as const;

function own(kind: ServedKind, urls: ServedUrls): Readonly<Record<string, string>> {
  switch (kind) {
    case 'page':
      return {
        'content-security-policy': pagePolicy(urls),
        'cache-control': 'no-cache',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': PERMISSIONS,
      };
    case 'viewer':
      return {
        'content-security-policy': viewerPolicy(urls),
        'cache-control': 'no-cache',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': NO_PERMISSIONS,
      };
    case 'asset':
      // The viewer's origin is opaque, so its own files are cross-origin to it; their names contain a hash of what they hold.
      return {
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'public, max-age=31536000, immutable',
      };
    case 'data':
      return { 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-cache' };
  }
}

function pagePolicy({ signOrigin, issuer, ssaUrl, scaUrl }: ServedUrls): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${[issuer, ssaUrl, scaUrl].map(originOf).join(' ')}`,
    `frame-src ${signOrigin}/viewer.html`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function viewerPolicy({ signOrigin }: ServedUrls): string {
  return [
    'sandbox allow-scripts',
    "default-src 'none'",
    // The picture decoders of pdf.js are WebAssembly; without this JPEG 2000 pictures vanish silently.
    `script-src ${signOrigin}/assets/ 'wasm-unsafe-eval'`,
    `style-src ${signOrigin}/assets/`,
    'img-src blob:',
    "font-src 'none'",
    "connect-src 'none'",
    "worker-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${signOrigin}`,
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function originOf(url: string): string {
  return new URL(url).origin;
}

const FEATURES_OFF = 'camera=(), microphone=(), geolocation=(), usb=(), payment=(), clipboard-read=()';
const PERMISSIONS = `publickey-credentials-get=(self), publickey-credentials-create=(self), ${FEATURES_OFF}`;
const NO_PERMISSIONS = `publickey-credentials-get=(), publickey-credentials-create=(), ${FEATURES_OFF}`;
