// SPDX-License-Identifier: Apache-2.0
// The built page in a real browser, against played services: the straight way as a person goes it, and services that lie. Where the
// page refuses, its code is asserted, and that no passkey was asked.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test, type TestContext } from 'node:test';
import { checkSignedFile } from '../../src/checks/signed.ts';
import { bundle } from '../built.ts';
import { plainPdf, prepare, unembeddedJapanesePdf } from '../played/pdf.ts';
import { PlayedServices } from '../played/services.ts';
import { makeTicket } from '../played/ticket.ts';
import { addAuthenticator, type Browser, type Context, launch, type Page } from './chromium.ts';

const PDF = plainPdf([['Lease contract', 'Rent: 120000 yen a month'], ['Page two']]);
let browser: Browser | string = '';

before(async () => {
  if (process.env['SIGILLO_FULL'] === '1') browser = await launch();
});
after(async () => {
  if (typeof browser !== 'string') await browser.close();
});

interface Visit {
  readonly services: PlayedServices;
  readonly context: Context;
  readonly page: Page;
  readonly assertions: () => Promise<number>;
  readonly faults: string[];
  readonly hosts: Set<string>;
}

async function visit(t: TestContext, options: object = {}): Promise<Visit | null> {
  if (process.env['SIGILLO_FULL'] !== '1') {
    t.skip('skipped: the browser is part of the full run');
    return null;
  }
  if (typeof browser === 'string') {
    throw new Error(browser);
  }
  const services = new PlayedServices(await bundle());
  await services.start();
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (/Security Policy|TrustedHTML|TrustedScript/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  t.after(async () => {
    await context.close();
    await services.stop();
  });
  return { services, context, page, assertions: await addAuthenticator(context, page), faults, hosts };
}

async function signUp({ page, services }: Visit): Promise<void> {
  await page.goto(`${services.signOrigin}/`);
  await page.getByTestId('welcome-sign-up').click();
  await page.getByTestId('sign-up-country').selectOption('JP');
  await page.getByTestId('sign-up-given-name').fill('花子');
  await page.getByTestId('sign-up-surname').fill('佐藤');
  await page.getByTestId('sign-up-go').click();
  await page.getByTestId('sign-up-confirm').click();
  await page.getByTestId('sign-up-log-in').click();
  await page.locator('[data-testid=key][data-state=active]').waitFor();
}

async function upload({ page }: Visit): Promise<void> {
  await page.getByTestId('go-waiting').first().click();
  await page.getByTestId('upload-file').setInputFiles({ name: '契約書.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) });
}

const state = (
  page: Page,
  name: string,
  value: string,
): Promise<void> => page.locator(`[data-testid=${name}][data-state=${value}]`).waitFor({ state: 'attached' });

async function noSideways(page: Page): Promise<void> {
  assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0);
}

test('from nothing to a signed document, its record, freezing and signing out, on a phone in Japanese', async (t) => {
  const visited = await visit(t, { locale: 'ja-JP' });
  if (visited === null) return;
  const { page, services, assertions, faults, hosts } = visited;
  await signUp(visited);
  await noSideways(page);
  await upload(visited);
  await state(page, 'document-state', 'checked');
  await noSideways(page);
  await page.getByTestId('approve-continue').click();
  assert.match(await page.getByTestId('approve-sentence').innerText(), /Sigillo document signing .*佐藤.*1件の文書/s);
  await noSideways(page);
  await page.getByTestId('approve-sign').click();
  await state(page, 'done-state', 'signed');
  assert.equal(await page.getByTestId('done-record').getAttribute('data-record'), '5');
  assert.equal(await page.evaluate<string>('location.href'), `${services.signOrigin}/done`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('done-download').click()]);
  const [document] = services.documents.values();
  const { dtbsr, content, byteRange } = document!.prepared!;
  const covered = services.sam.operations.values().next().value!.items[0]!;
  await checkSignedFile(
    new Uint8Array(await readFile(await download.path())),
    [{ dtbsr, digest: covered.documentDigest!, byteRange, sizeBytes: content.length, certificate: document!.owner.certificate }],
  );
  await page.getByTestId('done-delete').click();
  await page.getByTestId('done-removed').waitFor();
  assert.equal(services.documents.size, 0);
  await page.getByTestId('go-keys').first().click();
  await page.locator('[data-testid=history-entry][data-event=released][data-number="5"]').waitFor();
  await page.getByTestId('freeze').click();
  await page.getByTestId('freeze-confirm').click();
  await state(page, 'key', 'suspended');
  await page.getByTestId('sign-out').click();
  await page.getByTestId('welcome-log-in').waitFor();
  assert.ok((await assertions()) >= 3);
  assert.deepEqual(faults, []);
  assert.deepEqual([...hosts].filter((host) => !['sign.localhost', 'localhost', '127.0.0.1'].includes(host)), []);
});

test('declining brings the reason, and nothing is signed', async (t) => {
  const visited = await visit(t, { viewport: { width: 1440, height: 900 } });
  if (visited === null) return;
  const { page, services, assertions } = visited;
  await signUp(visited);
  const before = await assertions();
  await upload(visited);
  await state(page, 'document-state', 'checked');
  await page.getByTestId('approve-decline').click();
  await page.getByTestId('approve-decline-reason').fill('Wrong rent');
  await page.getByTestId('approve-decline-go').click();
  await state(page, 'done-state', 'declined');
  assert.ok(services.calls.includes('declined: Wrong rent'));
  assert.equal(await assertions(), before);
});

const LIES: Readonly<Record<string, readonly [string, (services: PlayedServices) => void]>> = {
  'an SCA that replaces a page': ['document_dtbsr', (services) => {
    const other = prepare(plainPdf([['Rent: 920000 yen']]), services.sam.signers[0]!.certificate);
    services.replace = () => other;
  }],
  'an SSA that changes one byte of the intent': ['statement_signature', ({ sam }) => {
    sam.carry = (
      type,
      signed,
    ) => (type === 'intent' ? { ...signed, statement: signed.statement.map((byte, at) => (at === 300 ? byte ^ 1 : byte)) } : signed);
  }],
  'a SAM that shows another certificate than it signs with': ['intent_field_10', ({ sam }) => {
    sam.bend = (type, value) => (type === 'intent' ? { ...value, certificateHash: new Uint8Array(32) } : value);
  }],
};

test('services that lie: the page says its code and asks no passkey', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page, services, assertions } = visited;
  await signUp(visited);
  const before = await assertions();
  const honest = { replace: services.replace, carry: services.sam.carry, bend: services.sam.bend };
  for (const [name, [code, arrange]] of Object.entries(LIES)) {
    Object.assign(services, { replace: honest.replace });
    Object.assign(services.sam, { carry: honest.carry, bend: honest.bend });
    arrange(services);
    await page.goto(`${services.signOrigin}/`);
    await upload(visited);
    await state(page, 'approve-state', 'refused');
    assert.equal(await page.getByTestId('approve-state').getAttribute('data-code'), code, name);
    assert.equal(await page.getByTestId('approve-sign').count(), 0);
  }
  assert.equal(await assertions(), before);
});

test('the answer is lost after the passkey: one prompt, and the signed outcome leads on', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page, services, assertions } = visited;
  await signUp(visited);
  const before = await assertions();
  services.interfere = (path) => (path.endsWith('/authorise') ? 'late' : null);
  await upload(visited);
  await state(page, 'document-state', 'checked');
  await page.getByTestId('approve-continue').click();
  await page.getByTestId('approve-sign').click();
  await state(page, 'done-state', 'signed');
  assert.equal(await assertions(), before + 1);
});

test('an application that sends hashes only: the page says that it has not seen the document', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page, services } = visited;
  await signUp(visited);
  const ticket = makeTicket(
    services.issuer,
    services.sam.signers[0]!,
    { clientId: 'example', hashes: [new Uint8Array(32).fill(4)], labels: ['secret\u202efdp.exe'] },
  );
  const { uid } = services.addInteraction({ back: `${services.signOrigin}/keys`, ticket, document: null });
  await page.goto(`${services.signOrigin}/approve#code=${uid}`);
  await page.getByTestId('document-unseen').waitFor();
  await page.getByTestId('approve-continue').click();
  assert.match(await page.getByTestId('approve-items').innerText(), /secret\[U\+202E\]fdp\.exe/);
  assert.match(await page.getByTestId('approve-sign').innerText(), /unseen/);
  assert.equal(await page.getByTestId('approve-first-time').count(), 1);
});

for (const locale of ['en-GB', 'ja-JP']) {
  test(`a list of 300 documents on a phone: their number first, and every name within reach (${locale})`, async (t) => {
    const visited = await visit(t, { locale });
    if (visited === null) return;
    const { page, services, assertions } = visited;
    await signUp(visited);
    const hashes = Array.from({ length: 300 }, (_, at) => new Uint8Array(32).fill(at & 255).fill(at >> 8, 0, 1));
    const labels = hashes.map((_, at) => `業務委託契約書 ${at + 1}.pdf`);
    const ticket = makeTicket(services.issuer, services.sam.signers[0]!, { clientId: 'example', hashes, labels });
    const { uid } = services.addInteraction({ back: `${services.signOrigin}/keys`, ticket, document: null });
    await page.goto(`${services.signOrigin}/approve#code=${uid}`);
    await page.getByTestId('document-unseen').waitFor();
    await page.getByTestId('approve-continue').click();
    assert.match(await page.getByTestId('approve-sentence').innerText(), /300/);
    assert.match(await page.getByTestId('approve-count').innerText(), /300/);
    assert.match(await page.getByTestId('approve-sign').innerText(), /300/);
    const seen: string[] = [];
    for (const from of [1, 101, 201]) {
      assert.match(await page.getByTestId('items-shown').first().innerText(), new RegExp(`${from}.*${from + 99}`));
      seen.push(...(await page.evaluate<string[]>("[...document.querySelectorAll('[data-testid=approve-items] bdi')].map((name) => name.textContent)")));
      await noSideways(page);
      if (from < 201) await page.getByTestId('items-next').first().click();
    }
    assert.deepEqual(seen, labels);
    assert.equal(await page.getByTestId('items-next').first().getAttribute('disabled'), '');
    await page.getByTestId('items-previous').first().click();
    assert.match(await page.getByTestId('items-shown').first().innerText(), /101.*200/);
    const before = await assertions();
    await page.getByTestId('approve-sign').click();
    await page.locator('[data-testid=key]').waitFor();
    assert.equal(await assertions(), before + 1);
    const names = page.getByTestId('history-names').first();
    assert.match(await names.innerText(), /300/);
    await page.locator('[data-testid=history-names] summary').first().click();
    assert.deepEqual(await page.evaluate<string[]>("[...document.querySelector('[data-testid=history-names]').querySelectorAll('bdi')].map((name) => name.textContent)"), labels);
    await noSideways(page);
  });
}

test('requests of others are listed with the ids of applications that are new, and can be declined from the list', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page, services } = visited;
  await signUp(visited);
  const ticket = makeTicket(
    services.issuer,
    services.sam.signers[0]!,
    { clientId: 'example', hashes: [new Uint8Array(32)], labels: ['x'.repeat(80)] },
  );
  services.waiting.push({ id: 'r1', clientId: 'example', names: ['x'.repeat(80)], ticket });
  await page.getByTestId('go-waiting').first().click();
  await page.getByTestId('request-open').waitFor();
  await noSideways(page);
  await page.getByTestId('request-open').click();
  await page.getByTestId('approve-continue').click();
  assert.equal(await page.getByTestId('approve-sign').count(), 0);
  await page.getByTestId('approve-decline').click();
  await page.getByTestId('approve-decline-go').click();
  await state(page, 'approve-state', 'declined');
  assert.equal(services.waiting.length, 0);
});

/** Opens the approval of prepared documents as an application would bring it about. */
async function openDocuments({ page, services }: Visit, pdfs: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const signer = services.sam.signers[0]!;
  const prepared = pdfs.map((pdf) => prepare(pdf, signer.certificate));
  const locations = prepared.map((one, at) => {
    services.documents.set(
      `d${at}`,
      { handle: `d${at}`, name: `${at}.pdf`, pdf: pdfs[at]!, owner: signer, state: 'prepared', prepared: one, signed: null },
    );
    return { content: `${services.scaUrl}/prepared/d${at}/content`, attributes: `${services.scaUrl}/prepared/d${at}/attributes` };
  });
  const ticket = makeTicket(
    services.issuer,
    signer,
    { clientId: 'example', hashes: prepared.map((one) => one.dtbsr), labels: prepared.map((_, at) => `${at}.pdf`), locations },
  );
  const { uid } = services.addInteraction({ back: `${services.signOrigin}/keys`, ticket, document: null });
  await page.goto(`${services.signOrigin}/approve#code=${uid}`);
}

test('several documents: each is checked, chosen from a list, searched and turned; a reload keeps the request', async (t) => {
  const visited = await visit(t, { viewport: { width: 1440, height: 900 } });
  if (visited === null) return;
  const { page, faults } = visited;
  await signUp(visited);
  await openDocuments(visited, [PDF, plainPdf([['Annex', 'rent rent', 'nothing'], ['Rent again'], ['Three']])]);
  await page.locator('[data-testid=approve-buttons][data-state=ready]').waitFor();
  assert.match(await page.getByTestId('approve-sign').innerText(), /Sign 2 documents/);
  await page.getByTestId('document-choose').selectOption('1');
  await page.locator('.sheet:not([hidden]) [data-testid=document-find]').fill('rent');
  await page.keyboard.press('Enter');
  await page.locator('.sheet:not([hidden]) .find .count').waitFor();
  assert.match(await page.locator('.sheet:not([hidden]) .find .count').innerText(), /3 places/);
  await page.locator('.sheet:not([hidden]) button.step >> nth=1').click();
  await page.locator('.sheet:not([hidden]) [data-testid=document-page]:has-text("Page 2 of 3")').waitFor();
  await page.reload();
  await page.locator('[data-testid=approve-buttons][data-state=ready]').waitFor();
  assert.deepEqual(faults, []);
});

test('letters without a font are said before approval', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page } = visited;
  await signUp(visited);
  await openDocuments(visited, [unembeddedJapanesePdf()]);
  await state(page, 'document-state', 'checked');
  assert.equal(await page.locator('[data-testid=document-notices] [data-notice=font_missing]').count(), 1);
});

test('a font that is not in the file is said before approval', async (t) => {
  const visited = await visit(t);
  if (visited === null) return;
  const { page } = visited;
  await signUp(visited);
  await upload(visited);
  await state(page, 'document-state', 'checked');
  assert.equal(await page.locator('[data-testid=document-notices] [data-notice=font_substitute]').count(), 1);
});
