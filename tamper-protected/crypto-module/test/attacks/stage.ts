// SPDX-License-Identifier: Apache-2.0
// The crypto module as its attackers meet it. It keeps no journal: what it refuses is told to the SAM, which writes it down.
import { attacksOn } from './from-house.ts';
import type { openScene, Scene } from './scene.ts';

export type Strike = <T>(step: () => Promise<T>, expected?: { readonly code?: string }) => Promise<T | undefined>;

export interface ModuleAttack {
  readonly id: string;
  readonly title: string;
  readonly guard: string | readonly string[];
  readonly code: string;
  readonly gains?: 'signature' | 'answer';
  readonly options?: object;
  readonly run: (scene: Scene, strike: Strike) => Promise<unknown>;
}

const STAGE = {
  room: 'tamper-protected/crypto-module',
  entry: 'test/attacks/scene.ts',
  rooms: ['wire'],
  open: (entry: { readonly openScene: typeof openScene }): Promise<Scene> => entry.openScene(),
  close: (scene: Scene): Promise<void> => scene.close(),
  traces: ({ under }: Scene) => Promise.resolve({ signatures: under.module.info().signatures, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export function attacksOnModule(): (attack: ModuleAttack) => void {
  const { attack } = attacksOn(STAGE);
  return (one) => attack({ ...one, event: null });
}
