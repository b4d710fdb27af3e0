// SPDX-License-Identifier: Apache-2.0
// An application that has only hashes, and its signer in a real browser: the page says that it has not seen the documents, and the SAM chooses the algorithm.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, openVisit, SIZES } from '../../src/rehearse/browser.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { PERSONS } from '../../src/rehearse/run.ts';
import { logInAfterSignUp } from '../../src/rehearse/steps/log-in.ts';
import { openPage, signUp, waitForOfficers } from '../../src/rehearse/steps/sign-up.ts';
import { ROOT } from '../../src/repository.ts';
import { keptLog, scratchFolder } from '../scratch.ts';
import { redirectUriOf } from '../played/application.ts';
import { NOT_FULL } from './tools.ts';

const RETURNED = 'You can close this window.';

async function logInFor(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('login-passkey').click();
  await page.getByText(RETURNED).waitFor();
}

async function approveUnseen(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('document-unseen').first().waitFor();
  if (await page.getByTestId('approve-continue').isVisible()) await page.getByTestId('approve-continue').click();
  await page.getByTestId('approve-sign').click();
  await page.getByText(RETURNED).waitFor();
}

test('the example of the SDK, with the signer in a browser: hashes only, one call or several', { skip: NOT_FULL }, async (t) => {
  const instance = await openOwnInstance(keptLog().log, {});
  t.after(() => instance.stop());
  const browser = await openBrowser();
  t.after(() => browser.close());
  const { page } = await openVisit(browser, SIZES.phone, 'ja');
  await openPage(page, instance.addresses.signOrigin);
  await signUp(page, PERSONS.ja);
  await waitForOfficers(page);
  await logInAfterSignUp(page);
  const folder = scratchFolder();
  const files = ['one.bin', 'two.bin'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, randomBytes(100));

  for (const flags of [[], ['--bearer', '--parts']]) {
    const client = flags.length === 0 ? 'example-dpop' : 'example-bearer';
    const environment = { SERVICE: `${instance.addresses.ssaUrl}/csc/v2`, KEY_FILE: instance.layout.clientKey(client), REDIRECT_URI: redirectUriOf(instance) };
    const words = [join(ROOT, 'outside/sdk/examples/sign-hash.ts'), ...flags, ...files];
    const child = spawn(process.execPath, words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let signatures = 0;
    for await (const line of createInterface(child.stdout)) {
      const [what = '', url = ''] = line.split(/: (.*)/);
      if (what === 'Log in') await logInFor(page, url);
      else if (what === 'Approve') await approveUnseen(page, url);
      else signatures += 1;
    }
    // The example verifies each signature with the certificate, and fails otherwise.
    assert.deepEqual([await ended, signatures], [[0, null], files.length]);
  }
});
