// SPDX-License-Identifier: Apache-2.0
// A deployment with signers, and the process that asks it.
import type { KeyObject } from 'node:crypto';
import type { Tokens } from './client/approval.ts';
import type { Holder, Setting } from './client/setting.ts';
import { type Known, type Member, openCrew, proveSigned } from './crew.ts';
import { type Generator, openGenerator } from './generator/generator.ts';
import type { Signed } from './generator/signatures.ts';
import type { OwnInstance } from './own-instance.ts';
import { type Used, watchProcessors } from './processor-time.ts';

export interface Load {
  readonly instance: OwnInstance;
  /** Signers that may be asked for approvals, whoever made them. */
  readonly holders: readonly Holder[];
  /** Those of them that enrolled through the doors. */
  readonly crew: readonly Member[];
  readonly generator: Generator;
  /** For which tokens it was asked before. */
  readonly warm: Set<Tokens>;
  readonly prove: (sample: readonly Signed[]) => void;
  /** Begins to count processor time. */
  readonly watch: () => () => Used;
}

/** So many that a signer's limit of open approvals is none for all of them together. */
const CREW = 16;

export async function openLoad(instance: OwnInstance): Promise<Load> {
  if (instance.population.length > 0) return loadOf(instance, instance.population);
  const crew = await openCrew(instance, CREW);
  return { ...(await loadOf(instance, crew)), crew };
}

async function loadOf(instance: OwnInstance, known: readonly Known[]): Promise<Load> {
  const holders = known.map(({ holder }) => holder);
  const generator = await openGenerator(settingOf(instance), holders, instance.profiles);
  const publicKeys: ReadonlyMap<string, KeyObject> = new Map(known.map(({ holder, publicKey }) => [holder.keyId, publicKey]));
  return {
    instance,
    holders,
    crew: [],
    generator,
    warm: new Set(),
    prove: (sample) => proveSigned(publicKeys, sample),
    watch: () => watchProcessors({ deployment: instance.pid, generator: generator.pid }),
  };
}

function settingOf({ addresses, layout }: OwnInstance): Setting {
  const { ssaUrl, issuer, signOrigin, rpId } = addresses;
  return { ssaUrl, issuer, signOrigin, rpId, idpFolder: layout.folder('idp'), credentialTokenKey: layout.key('credential-token') };
}
