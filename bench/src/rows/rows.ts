// SPDX-License-Identifier: Apache-2.0
// Every row by the name under which it can be asked for, in the order in which they are measured: what must be alone on the machine
// comes first.
import type { Bench } from '../bench.ts';
import type { Row } from '../row.ts';
import { measureCeremony, measureWholeCeremony } from './ceremony.ts';
import { measureCryptoModule } from './crypto-module.ts';
import { measurePades } from './pades.ts';
import { measureSignHash, PER_APPROVAL } from './sign-hash.ts';
import { measureStart } from './start.ts';

/** What else it measures in the same run, before any deployment runs. */
export interface Work {
  readonly bare?: 'sign' | 'ceremony';
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
}

const signHash = (tokens: 'bearer' | 'dpop', perRequest: number, name: string): Work => ({
  bare: 'sign',
  measure: async (bench) => {
    const { oneProcess, everyCore } = await bench.bare('sign');
    return [await measureSignHash(await bench.load(), { name, tokens, perRequest, against: [oneProcess, everyCore] }, bench.seconds)];
  },
});

export const ROWS: Readonly<Record<string, Work>> = {
  'crypto-module': { bare: 'sign', measure: async (bench) => measureCryptoModule(await bench.bare('sign'), bench.seconds) },
  pades: { measure: async (bench) => [await measurePades(bench.seconds)] },
  start: { measure: async (bench) => measureStart(await bench.instance(), bench.seconds) },
  'sign-hash': signHash('bearer', 1, 'signHash, bearer'),
  'sign-hash-dpop': signHash('dpop', 1, 'signHash, DPoP'),
  'sign-hash-50': signHash('bearer', 50, 'signHash, 50 hashes a request, bearer'),
  'sign-hash-1000': signHash('bearer', PER_APPROVAL, `signHash, 1,000 hashes under 10 approvals, ${PER_APPROVAL} a request, bearer`),
  ceremony: { bare: 'ceremony', measure: async (bench) => measureCeremony(await bench.load(), await bench.bare('ceremony'), bench.seconds) },
  'ceremony-idp': { bare: 'ceremony', measure: async (bench) => [await measureWholeCeremony(await bench.load(), await bench.bare('ceremony'), bench.seconds)] },
};
