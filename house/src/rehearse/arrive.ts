// SPDX-License-Identifier: Apache-2.0
// Waiting for a screen. A screen that says that something went wrong ends the wait at once, with what it says.
import type { Locator, Page } from 'playwright-core';
import { RehearsalError } from './error.ts';

const ARRIVE_WITHIN_MS = 60_000;

/** Waits until a state element of the page has one of these states, and gives it. */
export async function arriveAt(page: Page, testId: string, states: readonly string[], withinMs: number = ARRIVE_WITHIN_MS): Promise<string> {
  const wanted = page.locator(states.map((state) => `[data-testid="${testId}"][data-state="${state}"]`).join(', '));
  const element = await arrive(page, wanted, `${testId}: ${states.join(' or ')}`, withinMs);
  return (await element.getAttribute('data-state')) ?? '';
}

/** Waits until an element is in sight. */
export async function arrive(page: Page, wanted: Locator, what: string, withinMs: number = ARRIVE_WITHIN_MS): Promise<Locator> {
  const problem = page.getByTestId('problem');
  try {
    await wanted.or(problem).first().waitFor({ state: 'attached', timeout: withinMs });
  } catch (cause) {
    throw new RehearsalError('page_late', `waited ${withinMs / 1000} s for ${what}; the page stands at ${new URL(page.url()).pathname}`, '', { cause });
  }
  if ((await wanted.count()) > 0) return wanted.first();
  const code = (await problem.first().getAttribute('data-code')) ?? '';
  const said = (await problem.first().locator('p').allInnerTexts()).join(' ');
  throw new RehearsalError('page_refused', `the page says: ${said} [${code}]`, code);
}
