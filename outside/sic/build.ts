// SPDX-License-Identifier: Apache-2.0
// Builds the page and the viewer: `node outside/sic/build.ts OUTDIR`. The bundle is complete: what the viewer needs beside its code
// (character maps, standard fonts, picture decoders) is copied next to it, and nothing is fetched from anywhere else.
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = import.meta.dirname;
const PDFJS = join(ROOT, 'node_modules', 'pdfjs-dist');

/** Folders of pdfjs-dist, and which of their files the viewer may ask for (`src/viewer/protocol.ts`). */
const VIEWER_DATA: readonly { readonly from: string; readonly to: string; readonly names: RegExp }[] = [
  { from: 'cmaps', to: 'cmaps', names: /\.bcmap$/ },
  { from: 'standard_fonts', to: 'fonts', names: /\.(?:pfb|ttf)$/ },
  { from: 'wasm', to: 'wasm', names: /^(?:openjpeg|jbig2|qcms_bg)\.wasm$/ },
];

export async function buildSic(outDir: string): Promise<void> {
  const target = resolve(outDir);
  await rm(target, { recursive: true, force: true });
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    base: '/',
    logLevel: 'warn',
    cacheDir: join(target, '.cache'),
    build: {
      outDir: target,
      emptyOutDir: false,
      assetsDir: 'assets',
      assetsInlineLimit: 0,
      sourcemap: false,
      modulePreload: false,
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rollupOptions: { input: { index: join(ROOT, 'index.html'), viewer: join(ROOT, 'viewer.html') } },
    },
  });
  await rm(join(target, '.cache'), { recursive: true, force: true });
  await copyViewerData(target);
}

async function copyViewerData(target: string): Promise<void> {
  for (const { from, to, names } of VIEWER_DATA) {
    const folder = join(target, 'pdf', to);
    await mkdir(folder, { recursive: true });
    const files = (await readdir(join(PDFJS, from))).filter((name) => names.test(name));
    for (const name of files) await cp(join(PDFJS, from, name), join(folder, name));
  }
}

if (import.meta.main) {
  const [outDir] = process.argv.slice(2);
  if (outDir === undefined) {
    process.stderr.write('usage: build.ts OUTDIR\n');
    process.exitCode = 2;
  } else {
    await buildSic(outDir);
  }
}
