// SPDX-License-Identifier: Apache-2.0
// What every screen works with.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { IdpDoor } from './doors/idp.ts';
import type { ScaDoor } from './doors/sca.ts';
import type { SsaDoor } from './doors/ssa.ts';
import type { Pins } from './pins.ts';
import type { Powers } from './powers.ts';
import type { Screen } from './router/route.ts';
import type { Session } from './session/session.ts';
import type { Shelf } from './state/stored.ts';
import type { Catalogue } from './text/en.ts';
import type { Language } from './text/language.ts';

export interface Services {
  readonly pins: Pins;
  readonly powers: Powers;
  readonly session: Session;
  readonly idp: IdpDoor;
  readonly ssa: SsaDoor;
  readonly sca: ScaDoor;
  /** Until the tab closes. */
  readonly tab: Shelf;
  /** Until it is removed. */
  readonly kept: Shelf;
}

export interface Desk extends Services {
  readonly language: Language;
  readonly text: Catalogue;
  readonly go: (screen: Screen) => void;
  readonly setLanguage: (language: Language) => void;
  /** Tells the live region. */
  readonly announce: (sentence: string) => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('no desk');
  return desk;
}
