// SPDX-License-Identifier: Apache-2.0
import { CheckError } from './error.ts';

/** An address that the page may follow: under this base, spelt the one way. */
export function requireUnder(base: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || parsed.href !== url || parsed.username !== '' || parsed.password !== '' || !url.startsWith(`${base}/`)) throw new CheckError('address_refused');
  return url;
}
