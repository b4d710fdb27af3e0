// SPDX-License-Identifier: Apache-2.0
// node house/src/screenshots.ts [FILE.pdf]: makes the pictures of docs/screenshots with an instance of its own and the steps of the rehearsal.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openLog } from '@sigillo/wire';
import { openBrowser, SIZES, type Language, type ScreenSize } from './rehearse/browser.ts';
import { openOwnInstance } from './rehearse/own-instance.ts';
import { rehearse, type ScreenName } from './rehearse/run.ts';
import { ROOT } from './repository.ts';

interface Pictures {
  readonly size: ScreenSize;
  readonly language: Language;
  readonly names: Readonly<Partial<Record<ScreenName, string>>>;
}

/** Which screens are kept, by which name. */
const PICTURES: readonly Pictures[] = [
  { size: SIZES.desktop, language: 'en', names: { welcome: 'welcome', waiting: 'officers', decide: 'approve', done: 'done', keys: 'keys' } },
  { size: SIZES.phone, language: 'ja', names: { read: 'read-phone-ja', decide: 'approve-phone-ja', done: 'done-phone-ja' } },
];
const DOCUMENT = `<!doctype html><html lang="en"><title>Lease</title><style>body{font:15px/1.5 serif;margin:3em 4em}h1{font-size:24px}</style>
<h1>Lease agreement</h1><p>Between Grace Hopper (lessee) and the Office of Ships (lessor), for the flat at Harbour Road 7, from 1 December 2026.</p>
<h2>1. Rent</h2><p>The monthly rent is EUR 980, payable on the first day of each month.</p>
<h2>2. Term</h2><p>The lease is made for two years. Either party may end it with three months' notice.</p>
<h2>3. Deposit</h2><p>The lessee deposits two monthly rents, which bear interest for the lessee.</p>
<h2>4. Keys</h2><p>The lessee receives two keys, and loses none of them.</p></html>`;

const folder = join(ROOT, 'docs', 'screenshots');
const passing = mkdtempSync(join(tmpdir(), 'sigillo-pictures-'));
const browser = await openBrowser();
try {
  mkdirSync(folder, { recursive: true });
  const input = process.argv[2] === undefined ? await printed(browser) : resolve(process.argv[2]);
  const instance = await openOwnInstance(openLog('house', () => undefined, Date.now));
  try {
    for (const pictures of PICTURES) await take(browser, instance.addresses.signOrigin, input, pictures);
  } finally {
    await instance.stop();
  }
} finally {
  await browser.close();
  rmSync(passing, { recursive: true, force: true });
}

async function take(browser: Browser, signOrigin: string, input: string, { size, language, names }: Pictures): Promise<void> {
  const onScreen = async (screen: ScreenName, page: Page): Promise<void> => {
    const name = names[screen];
    if (name === undefined) return;
    if (screen === 'read' || screen === 'decide') await page.locator('[data-testid="document-state"][data-state="checked"]').waitFor({ state: 'attached' });
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    process.stdout.write(`${name}.png\n`);
  };
  await rehearse({ browser, signOrigin, input, output: join(passing, 'signed.pdf'), size: { ...size, scale: 1 }, language, onScreen });
}

async function printed(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  await page.setContent(DOCUMENT);
  const file = join(passing, 'Lease.pdf');
  writeFileSync(file, await page.pdf({ format: 'A4' }));
  await page.close();
  return file;
}
