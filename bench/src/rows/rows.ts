// SPDX-License-Identifier: Apache-2.0
// Every row by the name under which it can be asked for, in the order in which they are measured: what must be alone on the machine
// comes first. The targets are those that Sigillo sets itself: on two cores, everything on them, the load included.
import type { BareWork } from '../bare/measure.ts';
import type { Bench } from '../bench.ts';
import type { Tokens } from '../client/approval.ts';
import type { Row, Target } from '../row.ts';
import { byTurns } from './by-turns.ts';
import { measureCeremony, measureWholeCeremony } from './ceremony.ts';
import { measureCredentials } from './credentials.ts';
import { measureCryptoModule } from './crypto-module.ts';
import { measureJournal } from './journal.ts';
import { measurePades } from './pades.ts';
import { connectionsFor, measureSignHash, type SignHash } from './sign-hash.ts';
import { measureStart } from './start.ts';

export interface Work {
  /** What else it measures in the same run, before any deployment runs. */
  readonly bare?: BareWork;
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
  /** Takes minutes and gigabytes: measured only when it is asked for by name, or with --large. */
  readonly large?: true;
}

interface Targets {
  readonly rate?: Target;
  readonly ofBareEveryCore?: Target;
}

function signHash(what: Pick<SignHash, 'name' | 'perRequest' | 'perApproval'>, { rate, ofBareEveryCore }: Targets): Work {
  return {
    bare: 'sign',
    measure: async (bench) => {
      const { oneProcess, everyCore } = await bench.bare('sign');
      const chain = what.perRequest === 1 ? [await bench.chain(connectionsFor(1))] : [];
      const against = [oneProcess, { ...everyCore, ...(ofBareEveryCore === undefined ? {} : { target: ofBareEveryCore }) }, ...chain];
      return [await measureSignHash(await bench.load(), { ...what, tokens: 'bearer', against, ...(rate === undefined ? {} : { target: rate }) }, bench.seconds)];
    },
  };
}

async function dpop(bench: Bench): Promise<readonly Row[]> {
  const load = await bench.load();
  const asked = (name: string, tokens: Tokens) => (seconds: number) => measureSignHash(load, { name, tokens, perRequest: 1 }, seconds);
  const [bearer, bound] = await byTurns(asked('signHash, bearer, by turns', 'bearer'), asked('signHash, DPoP', 'dpop'), bench.seconds);
  return [{ ...bound, against: [{ ...bearer, target: { atLeast: 0.75 } }] }];
}

const BATCH: Targets = { rate: { atLeast: 18_000 }, ofBareEveryCore: { atLeast: 0.75 } };

export const ROWS: Readonly<Record<string, Work>> = {
  'crypto-module': { bare: 'sign', measure: async (bench) => measureCryptoModule(await bench.bare('sign'), bench.seconds) },
  pades: { measure: async (bench) => [await measurePades(bench)] },
  start: { measure: measureStart },
  'sign-hash': signHash({ name: 'signHash, bearer', perRequest: 1 }, { rate: { atLeast: 7000 } }),
  'sign-hash-dpop': { measure: dpop },
  'sign-hash-50': signHash({ name: 'signHash, 50 hashes a request', perRequest: 50 }, BATCH),
  'sign-hash-1000': signHash({ name: 'signHash, 1,000 hashes under one approval, 100 a request', perRequest: 100, perApproval: 1000 }, BATCH),
  journal: { measure: measureJournal },
  rsa: {
    bare: 'RSA-3072',
    measure: async (bench) => {
      const { oneProcess, everyCore } = await bench.bare('RSA-3072');
      const against = [oneProcess, { ...everyCore, target: { atLeast: 0.9 } }];
      const options = { name: 'signHash, RSA-3072, 50 hashes a request', tokens: 'bearer', perRequest: 50, against } as const;
      return bench.apart({ keyAlgorithm: 'RSA-3072' }, async (load) => [await measureSignHash(load, options, bench.seconds)]);
    },
  },
  'credentials-100000': { measure: (bench) => measureCredentials(bench, 100_000) },
  'credentials-1000000': { measure: (bench) => measureCredentials(bench, 1_000_000), large: true },
  ceremony: { bare: 'ceremony', measure: async (bench) => measureCeremony(await bench.load(), await bench.bare('ceremony'), bench.seconds) },
  'ceremony-idp': { bare: 'ceremony', measure: async (bench) => [await measureWholeCeremony(await bench.load(), await bench.bare('ceremony'), bench.seconds)] },
};
