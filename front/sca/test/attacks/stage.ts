// SPDX-License-Identifier: Apache-2.0
// The SCA's way out, as whoever chooses addresses for it meets it. It holds no key: what counts is whether a connection was opened.
import { attacksOn } from '@sigillo/standards/test/attacks';
import type { openEgress } from '../../src/egress/egress.ts';

export interface Scene {
  readonly openEgress: typeof openEgress;
}

const STAGE = {
  room: 'front/sca',
  entry: 'src/egress/egress.ts',
  open: (entry: Scene): Promise<Scene> => Promise.resolve(entry),
  close: (): Promise<void> => Promise.resolve(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const { attack } = attacksOn(STAGE);
