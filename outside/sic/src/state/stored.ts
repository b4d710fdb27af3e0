// SPDX-License-Identifier: Apache-2.0
// What outlives a page: `session` until the tab closes (tokens, a ticket, an approval under way), `local` until it is removed (the
// language, digests of what was approved, an enrolment that waits). Everything read back is checked like anything from outside.

export interface Shelf {
  get(name: string): unknown;
  put(name: string, value: unknown): void;
  remove(name: string): void;
}

/** JSON under a prefix; Uint8Array members are not kept here, callers spell bytes as base64url. */
export function shelfOf(storage: Storage): Shelf {
  return {
    get(name) {
      const text = storage.getItem(PREFIX + name);
      if (text === null) return null;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        // Not ours any more: somebody wrote there by hand. It counts as nothing.
        storage.removeItem(PREFIX + name);
        return null;
      }
    },
    put: (name, value) => storage.setItem(PREFIX + name, JSON.stringify(value)),
    remove: (name) => storage.removeItem(PREFIX + name),
  };
}

const PREFIX = 'sigillo.';
