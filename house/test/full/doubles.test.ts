// SPDX-License-Identifier: Apache-2.0
// Three rooms that lie. Each check that they meet is real: nothing is signed, the page says why before it asks for a passkey, or the SAM writes it down.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { arriveAt } from '../../src/rehearse/arrive.ts';
import { openBrowser, openVisit, SIZES, type Visit } from '../../src/rehearse/browser.ts';
import { RehearsalError } from '../../src/rehearse/error.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { PERSONS, play } from '../../src/rehearse/run.ts';
import { upload, read, approve } from '../../src/rehearse/steps/document.ts';
import { logInAfterSignUp } from '../../src/rehearse/steps/log-in.ts';
import { openPage, signUp, waitForOfficers } from '../../src/rehearse/steps/sign-up.ts';
import { ROOT } from '../../src/repository.ts';
import type { ProcessRow } from '../../src/supervise/process-row.ts';
import { approved, openApplication } from '../played/application.ts';
import { newSigner, type Instance } from '../played/instance.ts';
import { smallPdf } from '../played/pdf.ts';
import { keptLog, scratchFolder } from '../scratch.ts';
import { LyingSsa } from './proxy.ts';
import { NOT_FULL } from './tools.ts';

/** One for the confirmation of the passkey, one for the login. */
const ASKED_BEFORE_SIGNING = 2;

test('an SCA that has another document signed than it shows: the page refuses before any passkey is asked', { skip: NOT_FULL }, async (t) => {
  const instance = await instanceWith(t, (row) => (row.name === 'sca' ? { ...row, program: join(ROOT, 'front/sca/test/doubles/replaced-page.ts') } : row));
  const visit = await visitOf(t);
  const folder = scratchFolder();
  const input = inputIn(folder);
  const way = play(visit, { signOrigin: instance.addresses.signOrigin, input, output: join(folder, 'never.pdf'), language: 'en' });
  await assert.rejects(way, (cause) => cause instanceof RehearsalError && cause.pageCode === 'document_message_digest');
  assert.equal(await visit.assertions(), ASKED_BEFORE_SIGNING);
  await nothingApproved(visit.page);
});

test('an SSA that changes one byte of the intent, or brings an older one: the page refuses before any passkey is asked', { skip: NOT_FULL }, async (t) => {
  let ssa: LyingSsa | undefined;
  const instance = await instanceWith(t, (row) => {
    if (row.name !== 'ssa') return row;
    const { behind, double } = ssaBehindAnother(row);
    ssa = double;
    t.after(() => double.close());
    return behind;
  });
  const { page, assertions } = await visitOf(t);
  await openPage(page, instance.addresses.signOrigin);
  await signUp(page, PERSONS.en);
  await waitForOfficers(page);
  await logInAfterSignUp(page);

  ssa!.lie = 'one byte';
  const input = inputIn(scratchFolder());
  await assert.rejects(upload(page, input), (cause) => cause instanceof RehearsalError && cause.pageCode === 'statement_signature');
  assert.equal(ssa!.lies, 1);
  ssa!.lie = 'an older answer';
  await page.goto(`${instance.addresses.signOrigin}/`);
  await assert.rejects(upload(page, input), (cause) => cause instanceof RehearsalError && cause.pageCode === 'statement_nonce');
  assert.equal(ssa!.lies, 2);
  assert.equal(await assertions(), ASKED_BEFORE_SIGNING);
  await nothingApproved(page);

  ssa!.lie = 'none';
  await upload(page, input);
  await read(page);
  await approve(page);
  await arriveAt(page, 'done-state', ['signed']);
  assert.equal(await assertions(), ASKED_BEFORE_SIGNING + 1, 'the same way is open when nobody lies');
});

test('a driver that signs other data than it was asked to: no signature leaves, and the journal says so', { skip: NOT_FULL }, async (t) => {
  const instance = await instanceWith(t, (row) => (row.name.startsWith('crypto-module') ? { ...row, program: join(ROOT, 'tamper-protected/crypto-module/test/doubles/lying-module.ts') } : row));
  const signer = await newSigner(instance);
  const application = await openApplication(instance, signer);
  const lie = join(instance.layout.folder('crypto-module'), 'lie');
  const documents = [{ hash: createHash('sha256').update(randomBytes(10)).digest(), label: 'contract' }];
  writeFileSync(lie, '');
  const approval = await approved(application, signer, documents);
  await assert.rejects(approval.signHash([documents[0]!.hash]), { name: 'SigningServiceError', code: 'server_error', status: 500 });
  const { entries, keys } = await signer.history();
  assert.deepEqual(entries.filter(({ event }) => event === 'released'), []);
  assert.ok(entries.some(({ event }) => event === 'indeterminate'));
  assert.equal(keys[0]?.state, 'suspended', 'a key whose signatures come out wrong is not used any more');
  rmSync(lie);
  await assert.rejects(approval.signHash([documents[0]!.hash]), { name: 'SigningServiceError' }, 'never again under this approval');
});

async function instanceWith(t: TestContext, alter: (row: ProcessRow) => ProcessRow): Promise<Instance> {
  const instance = await openOwnInstance(keptLog().log, { alter });
  t.after(() => instance.stop());
  return instance;
}

async function visitOf(t: TestContext): Promise<Visit> {
  const browser = await openBrowser();
  t.after(() => browser.close());
  return openVisit(browser, SIZES.desktop, 'en');
}

function inputIn(folder: string): string {
  const input = join(folder, 'input.pdf');
  writeFileSync(input, smallPdf('Payable: EUR 980'));
  return input;
}

/** The SSA at another port, and the double at its address. */
function ssaBehindAnother(row: ProcessRow): { readonly behind: ProcessRow; readonly double: LyingSsa } {
  const path = row.arguments[0]!;
  const configuration = JSON.parse(readFileSync(path, 'utf8')) as { readonly port: number };
  const port = configuration.port + 5;
  const behindPath = path.replace(/\.json$/, '-behind.json');
  writeFileSync(behindPath, JSON.stringify({ ...configuration, port }), { mode: 0o600 });
  const double = new LyingSsa(configuration.port, port);
  double.listen();
  return { behind: { ...row, arguments: [behindPath], reads: row.reads.map((read) => (read === path ? behindPath : read)) }, double };
}

/** By the SAM's own signed history, as the page has verified it. */
async function nothingApproved(page: Page): Promise<void> {
  await page.goto(new URL('/keys', page.url()).href);
  await arriveAt(page, 'keys-state', ['ready']);
  const events = await page.getByTestId('history-entry').evaluateAll((entries) => entries.map((entry) => entry.getAttribute('data-event')));
  assert.deepEqual(events.filter((event) => event !== 'enrolled' && event !== 'key_active'), []);
}
