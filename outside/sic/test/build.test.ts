// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { resolveFile } from '../serve/resolve.ts';
import { bundle } from './built.ts';

const FIRST_LOAD_BYTES_MAX = 150_000;

async function files(): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const folder = await bundle();
  const names = (await readdir(
    folder,
    { recursive: true, withFileTypes: true },
  )).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(names.map(async (name) => ({ name: name.slice(folder.length), bytes: await readFile(name) })));
}

/** The scripts and styles that a document names, and what these import before they run. */
function needs(html: string, all: readonly { readonly name: string; readonly bytes: Buffer }[]): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (name: string): void => {
    const file = all.find((one) => one.name === name);
    if (file === undefined || found.has(name)) return;
    found.add(name);
    if (name.endsWith('.js')) for (const [
      ,
      path,
    ] of file.bytes.toString().matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) take(`/assets/${path}`);
  };
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) take(path!);
  return found;
}

test('the first load stays within its bound, and does not load the viewer', async () => {
  const all = await files();
  const html = all.find((file) => file.name === '/index.html')!.bytes.toString();
  const names = needs(html, all);
  const total = all.filter((file) => names.has(file.name)).reduce((sum, file) => sum + gzipSync(file.bytes).length, gzipSync(html).length);
  assert.ok(names.size >= 2 && total > 20_000 && total < FIRST_LOAD_BYTES_MAX, `${total} bytes in ${names.size} files`);
  assert.ok(![...names].some((name) => name.includes('viewer')));
});

test('documents have no script or style of their own and name no other host', async () => {
  for (const { name, bytes } of (await files()).filter((file) => file.name.endsWith('.html'))) {
    const html = bytes.toString();
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, name);
    for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(url!, /^\/assets\//);
  }
});

test('the page names no foreign host, evaluates no text, and carries no path of the machine that built it', async () => {
  for (const { name, bytes } of (await files()).filter((file) => /\/assets\/.*\.(?:js|css)$/.test(file.name))) {
    const text = bytes.toString();
    assert.ok(!text.includes(import.meta.dirname.slice(0, import.meta.dirname.indexOf('/outside'))), name);
    assert.doesNotMatch(text, /sourceMappingURL/, name);
    if (name.includes('viewer')) continue;
    assert.doesNotMatch(text, /\beval\(|new Function\(|\.innerHTML\s*=[^=]\s*`|document\.write/, name);
    for (const [url] of text.matchAll(/https?:\/\/[\w.-]+/g)) assert.match(url, /^http:\/\/www\.w3\.org$/, `${name}: ${url}`);
  }
});

test('all that the viewer asks for is there, and every file can be served', async () => {
  const names = (await files()).map((file) => file.name);
  for (const name of [
    '/pdf/wasm/openjpeg.wasm',
    '/pdf/wasm/jbig2.wasm',
    '/pdf/wasm/qcms_bg.wasm',
    '/pdf/cmaps/UniJIS-UTF16-H.bcmap',
    '/pdf/fonts/LiberationSans-Regular.ttf',
  ]) assert.ok(names.includes(name), name);
  for (const name of names.filter((one) => one !== '/index.html')) assert.notEqual(resolveFile(name), null, name);
});
