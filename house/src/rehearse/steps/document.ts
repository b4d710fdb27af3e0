// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { arrive, arriveAt } from '../arrive.ts';
import { RehearsalError } from '../error.ts';

const READ_WITHIN_MS = 120_000;

/** A file from the disk, as a person chooses one; it ends when the document stands there to be read. */
export async function upload(page: Page, file: string): Promise<void> {
  if (new URL(page.url()).pathname !== '/') await page.getByTestId('go-waiting').first().click();
  await arriveAt(page, 'waiting-state', ['ready']);
  await page.getByTestId('upload-file').setInputFiles(file);
  await arriveAt(page, 'approve-state', ['ready']);
}

/** Until the page has drawn and checked every page of the document; on a small screen the decision comes after it. */
export async function read(page: Page): Promise<void> {
  const state = await arriveAt(page, 'document-state', ['checked', 'failed'], READ_WITHIN_MS);
  if (state === 'failed') throw new RehearsalError('not_shown', 'the page could not show the document');
  const goOn = page.getByTestId('approve-continue');
  if (await goOn.isVisible()) await goOn.click();
}

export async function approve(page: Page): Promise<void> {
  await page.locator('[data-testid="approve-sign"]:enabled').click();
  await arriveAt(page, 'done-state', ['signed', 'failed', 'declined']);
}

export async function decline(page: Page, reason: string): Promise<void> {
  await page.getByTestId('approve-decline').click();
  await page.getByTestId('approve-decline-reason').fill(reason);
  await page.getByTestId('approve-decline-go').click();
}

/** Until the page has verified the signed file. Gives the number of the record of this use. */
export async function done(page: Page): Promise<{ readonly record: string }> {
  const element = await arrive(page, page.locator('[data-testid="done-state"][data-state="signed"] [data-testid="done-record"]'), 'the signed document');
  return { record: (await element.getAttribute('data-record')) ?? '' };
}

export async function download(page: Page, to: string): Promise<void> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('done-download').click()]);
  await file.saveAs(to);
}

/** The service forgets the document. */
export async function remove(page: Page): Promise<void> {
  await page.getByTestId('done-delete').click();
  await arrive(page, page.getByTestId('done-removed'), 'the end of the document');
}
