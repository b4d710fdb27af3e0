// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { arrive, arriveAt } from '../arrive.ts';

export interface Person {
  readonly country: string;
  readonly givenName: string;
  readonly surname: string;
}

const OFFICERS_WITHIN_MS = 60_000;

export async function openPage(page: Page, signOrigin: string): Promise<void> {
  await page.goto(`${signOrigin}/`);
  await arrive(page, page.getByTestId('welcome'), 'the welcome screen');
}

/** Entries, a new passkey, and its confirmation; those who must agree come after. */
export async function signUp(page: Page, person: Person): Promise<void> {
  await page.getByTestId('welcome-sign-up').click();
  await page.getByTestId('sign-up-country').selectOption(person.country);
  await page.getByTestId('sign-up-given-name').fill(person.givenName);
  await page.getByTestId('sign-up-surname').fill(person.surname);
  await page.getByTestId('sign-up-go').click();
  await (await arrive(page, page.getByTestId('sign-up-confirm'), 'the confirmation')).click();
  await arriveAt(page, 'sign-up-state', ['pending_proposal', 'pending_approval', 'approved', 'ordered', 'active']);
}

/** Until the officers have agreed, the key is made and its certificate is here. */
export async function waitForOfficers(page: Page): Promise<void> {
  await arriveAt(page, 'sign-up-state', ['active'], OFFICERS_WITHIN_MS);
}
