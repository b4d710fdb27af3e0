// SPDX-License-Identifier: Apache-2.0
// PDFs as people bring them, made by the programs that people make them with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { run } from './tools.ts';

export function fromLibreOffice(folder: string): string {
  const source = join(folder, 'minutes.html');
  writeFileSync(source, '<!doctype html><meta charset="utf-8"><title>Minutes</title><h1>Minutes</h1><p>The board met on 21 November 2026 and decided: 議事録.</p><table border="1"><tr><td>Item</td><td>Yes</td></tr></table>');
  const profile = join(folder, 'profile');
  mkdirSync(profile);
  run('soffice', [`-env:UserInstallation=file://${profile}`, '--headless', '--convert-to', 'pdf:writer_web_pdf_Export', '--outdir', folder, source]);
  return join(folder, 'minutes.pdf');
}

export function fromTeX(folder: string): string {
  const source = '\\documentclass{article}\\begin{document}\\section{Offer}The price is $\\sum_{i=1}^{n} p_i = 980$ EUR.\\newpage Second page.\\end{document}\n';
  writeFileSync(join(folder, 'offer.tex'), source);
  run('pdflatex', ['-interaction=batchmode', '-halt-on-error', 'offer.tex'], folder);
  return join(folder, 'offer.pdf');
}

export async function fromChromium(folder: string, browser: Browser): Promise<string> {
  const page = await browser.newPage();
  await page.setContent('<!doctype html><html lang="en"><title>Order</title><h1>Order 7</h1><p>Two keys, one door. 鍵</p></html>');
  const file = join(folder, 'order.pdf');
  writeFileSync(file, await page.pdf({ format: 'A4' }));
  await page.close();
  return file;
}
