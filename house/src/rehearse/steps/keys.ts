// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { arrive, arriveAt } from '../arrive.ts';
import { RehearsalError } from '../error.ts';

/** Every use of the key as the page has verified it; this one's record must be among them. */
export async function seeHistory(page: Page, record: string): Promise<void> {
  await page.getByTestId('go-keys').first().click();
  await arriveAt(page, 'keys-state', ['ready']);
  await arrive(page, page.locator('[data-testid="history"][data-verified="true"]'), 'the verified history');
  if ((await page.locator(`[data-testid="history-entry"][data-number="${record}"]`).count()) !== 1) {
    throw new RehearsalError('wrong_record', `record ${record} is not in the history`);
  }
}

export async function freeze(page: Page): Promise<void> {
  await page.getByTestId('freeze').first().click();
  await page.locator('dialog[open] [data-testid="freeze-confirm"]').click();
  await arrive(page, page.locator('[data-testid="key"]:not([data-state="active"])'), 'the frozen key');
}
