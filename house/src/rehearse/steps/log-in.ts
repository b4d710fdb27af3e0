// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { arrive, arriveAt } from '../arrive.ts';

/** The first login, from the screen that says that the key is active; it ends at the signer's keys. */
export async function logInAfterSignUp(page: Page): Promise<void> {
  await page.getByTestId('sign-up-log-in').click();
  await arriveAt(page, 'keys-state', ['ready']);
  await arrive(page, page.locator('[data-testid="key"][data-state="active"]'), 'an active key');
}

export async function logIn(page: Page): Promise<void> {
  await page.getByTestId('welcome-log-in').click();
  await arriveAt(page, 'waiting-state', ['ready']);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByTestId('sign-out').click();
  await arrive(page, page.getByTestId('welcome'), 'the welcome screen');
}
