// SPDX-License-Identifier: Apache-2.0
// Every row by the name under which it can be asked for, in the order in which they are measured: what must be alone on the machine
// comes first.
import type { Bench } from '../bench.ts';
import type { Row } from '../row.ts';
import { measureCeremony } from './ceremony.ts';
import { measureCryptoModule } from './crypto-module.ts';
import { measurePades } from './pades.ts';
import { measureSignHash } from './sign-hash.ts';
import { measureStart } from './start.ts';

/** What else it measures in the same run, before any deployment runs. */
export interface Work {
  readonly bare?: 'sign' | 'ceremony';
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
}

const signHash = (tokens: 'bearer' | 'dpop', perRequest: 1 | 50): Work => ({
  bare: 'sign',
  measure: async (bench) => [await measureSignHash(await bench.crew(), tokens, perRequest, await bench.load(), await bench.bare('sign'), bench.seconds)],
});

export const ROWS: Readonly<Record<string, Work>> = {
  'crypto-module': { bare: 'sign', measure: async (bench) => measureCryptoModule(await bench.bare('sign'), bench.seconds) },
  pades: { measure: async (bench) => [await measurePades(bench.seconds)] },
  start: { measure: async (bench) => measureStart(await bench.instance(), bench.seconds) },
  'sign-hash': signHash('bearer', 1),
  'sign-hash-dpop': signHash('dpop', 1),
  'sign-hash-50': signHash('bearer', 50),
  ceremony: { bare: 'ceremony', measure: async (bench) => [await measureCeremony(await bench.crew(), await bench.bare('ceremony'), bench.seconds)] },
};
