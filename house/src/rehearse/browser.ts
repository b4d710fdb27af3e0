// SPDX-License-Identifier: Apache-2.0
// A real Chromium with an authenticator that is virtual: the browser makes and uses passkeys with it as with the one of a telephone.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { RehearsalError } from './error.ts';

export type Language = 'en' | 'ja';

export interface ScreenSize {
  readonly name: 'phone' | 'desktop';
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly touch: boolean;
}

export const SIZES: Readonly<Record<ScreenSize['name'], ScreenSize>> = {
  phone: { name: 'phone', width: 390, height: 844, scale: 2, touch: true },
  desktop: { name: 'desktop', width: 1280, height: 860, scale: 1, touch: false },
};

/** One person's browser window. */
export interface Visit {
  readonly page: Page;
  /** How often a passkey was used since it was made. */
  readonly assertions: () => Promise<number>;
  close(): Promise<void>;
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ja: 'ja-JP' };
const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const ACTION_WITHIN_MS = 20_000;
const AUTHENTICATOR = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  hasPrf: true,
  automaticPresenceSimulation: true,
} as const;

/** The browser's program, if there is one. */
export function browserProgram(): string | undefined {
  const named = process.env['SIGILLO_CHROMIUM'];
  return named === undefined || named === '' ? USUAL_PLACES.find((path) => existsSync(path)) : named;
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = browserProgram();
  if (executablePath === undefined) throw new RehearsalError('no_browser', 'There is no Chromium: install it, or name its program in SIGILLO_CHROMIUM.');
  return chromium.launch({ executablePath, headless: true, args: QUIET });
}

export async function openVisit(browser: Browser, size: ScreenSize, language: Language): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    deviceScaleFactor: size.scale,
    hasTouch: size.touch,
    locale: LOCALES[language],
    acceptDownloads: true,
  });
  context.setDefaultTimeout(ACTION_WITHIN_MS);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
  return {
    page,
    assertions: async () => {
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
      // The counter starts at one when a passkey is made.
      return credentials.reduce((sum, { signCount }) => sum + signCount - 1, 0);
    },
    close: () => context.close(),
  };
}
