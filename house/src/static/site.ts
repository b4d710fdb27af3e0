// SPDX-License-Identifier: Apache-2.0
// What the static host serves. All files are read at the start: what is served cannot change afterwards, and no path of a request ever reaches the disk.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { headersFor } from '@sigillo/sic/serve/headers';
import { resolveFile } from '@sigillo/sic/serve/resolve';
import type { StaticConfig } from './config.ts';
import { logoPng } from './logo.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a GET for this host and path is answered. */
export type Site = (host: string, pathname: string) => Answer;

/** Where `info.logo` of the CSC API points. */
export const LOGO_PATH = '/logo.png';

const NOTHING_RUNS = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const NOT_FOUND: Answer = text(404, 'There is nothing here.\n');
const UNKNOWN_HOST: Answer = text(421, 'This server answers for other names.\n');
const OFFICERS: Answer = text(200, 'The officers\' console is not part of this version. Officers use the door /officer/v1 of the SSA.\n');

export function openSite(config: StaticConfig): Site {
  const files = readFiles(config.sic);
  const pins = readFileSync(join(config.public, 'pins.json'));
  const logo = { status: 200, headers: { ...NOTHING_RUNS, 'content-type': 'image/png', 'cross-origin-resource-policy': 'cross-origin' }, body: logoPng() };
  const urls = { signOrigin: config.signOrigin, issuer: config.issuer, ssaUrl: config.ssaUrl, scaUrl: config.scaUrl };
  const sign = (pathname: string): Answer => {
    if (pathname === '/pins.json') return { status: 200, headers: { ...headersFor('data', urls), 'content-type': 'application/json' }, body: pins };
    if (pathname === LOGO_PATH) return logo;
    const found = resolveFile(pathname);
    const body = found === null ? undefined : files.get(found.file);
    return found === null || body === undefined ? NOT_FOUND : { status: 200, headers: { ...headersFor(found.kind, urls), 'content-type': found.type }, body };
  };
  const hosts = new Map([
    [new URL(config.signOrigin).host, sign],
    [new URL(config.officerOrigin).host, (pathname: string) => (pathname === '/' ? OFFICERS : NOT_FOUND)],
  ]);
  return (host, pathname) => hosts.get(host)?.(pathname) ?? UNKNOWN_HOST;
}

function readFiles(folder: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).split(sep).join('/'), readFileSync(path));
  }
  return files;
}

function text(status: number, sentence: string): Answer {
  return { status, headers: { ...NOTHING_RUNS, 'content-type': 'text/plain; charset=utf-8' }, body: new TextEncoder().encode(sentence) };
}
