// SPDX-License-Identifier: Apache-2.0
// The crypto module as its attackers meet it. It keeps no journal: what it refuses is told to the SAM, which writes it down.
import { type Attack, attacksOn } from '@sigillo/standards/test/attacks';
import type { openScene, Scene } from './scene.ts';

export type { Strike } from '@sigillo/standards/test/attacks';

export type ModuleAttack = Omit<Attack<Scene, object>, 'event'>;

const STAGE = {
  room: 'tamper-protected/crypto-module',
  entry: 'test/attacks/scene.ts',
  open: (entry: { readonly openScene: typeof openScene }): Promise<Scene> => entry.openScene(),
  close: (scene: Scene): Promise<void> => scene.close(),
  traces: ({ under }: Scene) => Promise.resolve({ signatures: under.module.info().signatures, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export function attacksOnModule(): (attack: ModuleAttack) => void {
  const { attack } = attacksOn<Scene, object>(STAGE);
  return (one) => attack({ ...one, event: null });
}
