// SPDX-License-Identifier: Apache-2.0
// Chromium through playwright-core, which the house brings; where either is missing, the tests that need a browser say so and are skipped.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const HOUSE = join(import.meta.dirname, '../../../../house/package.json');
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The few parts of playwright-core that the tests use. */
export interface Locator {
  click(options?: object): Promise<void>;
  fill(text: string): Promise<void>;
  waitFor(options?: object): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  setInputFiles(files: { name: string; mimeType: string; buffer: Buffer }): Promise<void>;
  getAttribute(name: string): Promise<string | null>;
  innerText(): Promise<string>;
  count(): Promise<number>;
  first(): Locator;
  check(): Promise<void>;
}
export interface Page {
  goto(url: string): Promise<unknown>;
  getByTestId(id: string): Locator;
  locator(selector: string): Locator;
  screenshot(options: object): Promise<unknown>;
  waitForEvent(event: 'download'): Promise<{ path(): Promise<string>; suggestedFilename(): string }>;
  evaluate<T>(script: string): Promise<T>;
  on(event: string, listener: (value: { text(): string; type(): string; url(): string; message: string }) => void): void;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  reload(): Promise<unknown>;
  goBack(): Promise<unknown>;
  keyboard: { press(key: string): Promise<void> };
  pdf(options?: object): Promise<Buffer>;
  setContent(html: string): Promise<void>;
  emulateMedia(options: object): Promise<void>;
  url(): string;
  close(): Promise<void>;
}
export interface Cdp {
  send(method: string, parameters?: object): Promise<Record<string, unknown>>;
}
export interface Context {
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<Cdp>;
  close(): Promise<void>;
}
export interface Browser {
  newContext(options?: object): Promise<Context>;
  close(): Promise<void>;
}

/** A browser, or why there is none. */
export async function launch(): Promise<Browser | string> {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  if (executablePath === undefined) return 'skipped: chromium is not here';
  try {
    const { chromium } = createRequire(HOUSE)('playwright-core') as { chromium: { launch(options: object): Promise<Browser> } };
    return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND') return 'skipped: playwright-core is not here';
    throw cause;
  }
}

/** A platform authenticator that says yes; answers how many assertions it has made. */
export async function addAuthenticator(context: Context, page: Page): Promise<() => Promise<number>> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    ctap2Version: 'ctap2_1',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return async () => {
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    return (credentials as { signCount: number }[]).reduce((sum, credential) => sum + credential.signCount, 0);
  };
}
