// SPDX-License-Identifier: Apache-2.0

/** What this page can do to the world and learn from it. Made once, in `main.tsx`. */
export interface Powers {
  fetch(url: string, init: RequestInit): Promise<Response>;
  random(length: number): Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after this time. */
  wait(milliseconds: number): Promise<void>;
  /** Leaves the page. */
  leave(url: string): void;
}
