// SPDX-License-Identifier: Apache-2.0
// The SCA's way out, as whoever chooses addresses for it meets it. It holds no key: what counts is whether a connection was opened.
import type { openEgress } from '../../src/egress/egress.ts';

export interface Scene {
  readonly openEgress: typeof openEgress;
}

type Strike = (step: () => Promise<unknown>) => Promise<unknown>;

interface House {
  readonly attacksOn: (stage: object) => {
    readonly attack: (attack: {
      readonly id: string;
      readonly title: string;
      readonly guard: string;
      readonly code: string;
      readonly event: null;
      readonly gains: 'answer';
      readonly run: (scene: Scene, strike: Strike) => Promise<unknown>;
    }) => void;
  };
}

const { attacksOn } = (await import(new URL('../../../../house/test/attacks/attack.ts', import.meta.url).href)) as House;

const STAGE = {
  room: 'front/sca',
  entry: 'src/egress/egress.ts',
  open: (entry: Scene): Promise<Scene> => Promise.resolve(entry),
  close: (): Promise<void> => Promise.resolve(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const { attack } = attacksOn(STAGE);
