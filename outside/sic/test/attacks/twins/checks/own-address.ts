// SPDX-License-Identifier: Apache-2.0
// The page goes wherever it is sent.
export function requireUnder(_: string, url: string): string {
  return url;
}
