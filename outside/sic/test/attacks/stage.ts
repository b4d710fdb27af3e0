// SPDX-License-Identifier: Apache-2.0
// The page as whoever carries answers to it meets it. It has no key and no journal; what it refuses is not put before a passkey.
import { attacksOn, type RoomAttacks } from '@sigillo/standards/test/attacks';
import type * as page from './page.ts';

export type Page = typeof page;

const STAGE = {
  room: 'outside/sic',
  entry: 'test/attacks/page.ts',
  open: (loaded: Page): Promise<Page> => Promise.resolve(loaded),
  close: (): Promise<void> => Promise.resolve(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const attacksOnPage = (): RoomAttacks<Page, undefined> => attacksOn<Page>(STAGE);
