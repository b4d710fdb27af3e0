// SPDX-License-Identifier: Apache-2.0
// From signing up to signing out, through the pages and doors that a person uses; no step knows another way in.
import type { Browser, Page } from 'playwright-core';
import { toPem } from '@sigillo/standards/x509';
import { fromBase64 } from '@sigillo/standards/bytes';
import { openVisit, type Language, type ScreenSize, type Visit } from './browser.ts';
import { approve, done, download, read, remove, upload } from './steps/document.ts';
import { freeze, seeHistory } from './steps/keys.ts';
import { logInAfterSignUp, signOut } from './steps/log-in.ts';
import { openPage, signUp, waitForOfficers, type Person } from './steps/sign-up.ts';

export interface PlayOptions {
  readonly signOrigin: string;
  readonly input: string;
  readonly output: string;
  readonly language: Language;
  /** Hears of each step when it is done. */
  readonly onStep?: (step: Step) => void;
  /** Sees each screen before the next step: screenshots. */
  readonly onScreen?: (name: ScreenName, page: Page) => Promise<void>;
}

export interface RehearsalOptions extends PlayOptions {
  readonly browser: Browser;
  readonly size: ScreenSize;
}

export interface Step {
  readonly name: string;
  readonly milliseconds: number;
}

export type ScreenName = 'welcome' | 'waiting' | 'read' | 'decide' | 'done' | 'keys' | 'frozen';

export interface Rehearsed {
  /** Trust anchors as the page pins them, PEM. */
  readonly roots: readonly string[];
  /** How often the passkey was asked: the confirmation, the login and the signature. */
  readonly assertions: number;
  readonly record: string;
}

export const PERSONS: Readonly<Record<Language, Person>> = {
  en: { country: 'DE', givenName: 'Grace', surname: 'Hopper' },
  ja: { country: 'JP', givenName: '花子', surname: '山田' },
};

export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const visit = await openVisit(options.browser, options.size, options.language);
  try {
    return await play(visit, options);
  } finally {
    await visit.close();
  }
}

/** The same in a window that the caller opened, and may look at when a step has failed. */
export async function play({ page, assertions }: Visit, options: PlayOptions): Promise<Rehearsed> {
  const step = timed(options.onStep ?? (() => undefined));
  const screen = async (name: ScreenName): Promise<void> => options.onScreen?.(name, page);
  await step('open the page', () => openPage(page, options.signOrigin));
  await screen('welcome');
  await step('sign up with a new passkey', () => signUp(page, PERSONS[options.language]));
  await screen('waiting');
  await step('officers agree, key and certificate are made', () => waitForOfficers(page));
  await step('log in', () => logInAfterSignUp(page));
  await step('upload the document', () => upload(page, options.input));
  await screen('read');
  await step('read the document', () => read(page));
  await screen('decide');
  await step('approve with the passkey, signed', () => approve(page));
  const { record } = await step('the page verifies the signed document', () => done(page));
  await screen('done');
  await step('download', () => download(page, options.output));
  await step('delete the document', () => remove(page));
  await step('see the use of the key in the history', () => seeHistory(page, record));
  await screen('keys');
  await step('freeze the key', () => freeze(page));
  await screen('frozen');
  const roots = await pinnedRoots(page);
  const used = await assertions();
  await step('sign out', () => signOut(page));
  return { roots, assertions: used, record };
}

export function timed(onStep: (step: Step) => void): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  return async (name, work) => {
    const started = performance.now();
    const value = await work();
    onStep({ name, milliseconds: performance.now() - started });
    return value;
  };
}

/** What the page's own pins say, asked from inside the page: only a browser resolves its name. */
async function pinnedRoots(page: Page): Promise<string[]> {
  const pins: unknown = await page.evaluate(async () => (await fetch('/pins.json')).json() as Promise<unknown>);
  return (pins as { readonly roots: readonly string[] }).roots.map((root) => toPem('CERTIFICATE', fromBase64(root)));
}
