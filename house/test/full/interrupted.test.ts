// SPDX-License-Identifier: Apache-2.0
// The SAM dies while the key may be signing. What the person sees then: that nobody knows, that it is not tried again, and the same in the
// record of the key.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { arrive, arriveAt } from '../../src/rehearse/arrive.ts';
import { RehearsalError } from '../../src/rehearse/error.ts';
import { openBrowser, openVisit, SIZES } from '../../src/rehearse/browser.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { PERSONS } from '../../src/rehearse/run.ts';
import { approve, read, upload } from '../../src/rehearse/steps/document.ts';
import { logInAfterSignUp } from '../../src/rehearse/steps/log-in.ts';
import { openPage, signUp, waitForOfficers } from '../../src/rehearse/steps/sign-up.ts';
import { ROOT } from '../../src/repository.ts';
import { smallPdf } from '../played/pdf.ts';
import { eventually, keptLog, scratchFolder } from '../scratch.ts';
import { NOT_FULL } from './tools.ts';

const SLOW = join(ROOT, 'tamper-protected/crypto-module/test/doubles/slow-module.ts');

test('the SAM is killed while the key signs: the page says that nobody knows, and so does the record, in words', { skip: NOT_FULL }, async (t) => {
  const { log, lines } = keptLog();
  const instance = await openOwnInstance(log, { alter: (row) => (row.name.startsWith('crypto-module') ? { ...row, program: SLOW } : row) });
  t.after(() => instance.stop());
  const browser = await openBrowser();
  t.after(() => browser.close());
  const { page } = await openVisit(browser, SIZES.desktop, 'en');
  const input = join(scratchFolder(), 'input.pdf');
  writeFileSync(input, smallPdf('Payable: EUR 980'));
  await openPage(page, instance.addresses.signOrigin);
  await signUp(page, PERSONS.en);
  await waitForOfficers(page);
  await logInAfterSignUp(page);
  await upload(page, input);
  await read(page);

  const slow = join(instance.layout.folder('crypto-module'), 'slow');
  const isAsked = (): boolean => ['crypto-module', 'crypto-module-2'].some((name) => /^asked$/m.test(readFileSync(join(instance.layout.logs, `${name}.log`), 'utf8')));
  writeFileSync(slow, '');
  // It ends with a problem, which stands on the page then.
  const approving = approve(page).catch((cause: unknown) => assert.ok(cause instanceof RehearsalError));
  await eventually('the module is asked', isAsked, 60_000);
  const starts = (): number => lines.filter((line) => line.includes('"process ready"') && line.includes('"process":"sam"')).length;
  const before = starts();
  const killed = instance.supervisor.pidOf('sam')!;
  process.kill(killed, 'SIGKILL');
  await eventually('the SAM is gone', () => instance.supervisor.pidOf('sam') !== killed, 60_000);
  // The next start of the SAM waits for what the module has in hand.
  rmSync(slow);
  await eventually('the SAM is back', () => starts() > before, 60_000);
  await approving;
  assert.equal(await page.locator('h1').innerText(), 'No signed document');
  assert.match(await page.locator('body').innerText(), /It is not known whether the key signed\. It will not sign under this approval again\./);

  await page.goto(new URL('/keys', page.url()).href);
  await arriveAt(page, 'keys-state', ['ready']);
  const entry = await arrive(page, page.locator('[data-testid="history-entry"][data-event="indeterminate"]'), 'the entry that says it');
  assert.match(await entry.innerText(), /it is not known whether the key signed, and it will not sign under this approval again/);
  assert.match(await entry.innerText(), /the signing service was interrupted/);
  const events = await page.getByTestId('history-entry').evaluateAll((entries) => entries.map((one) => one.getAttribute('data-event')));
  assert.equal(events.includes('released'), false);

  await page.goto(instance.addresses.signOrigin);
  await upload(page, input);
  await read(page);
  await approve(page);
  await arriveAt(page, 'done-state', ['signed']);
});
