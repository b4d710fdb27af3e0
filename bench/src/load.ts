// SPDX-License-Identifier: Apache-2.0
// A deployment with signers, and the process that asks it.
import type { KeyObject } from 'node:crypto';
import type { Tokens } from './client/approval.ts';
import type { Setting } from './client/setting.ts';
import { type Member, openCrew, proveSigned } from './crew.ts';
import { type Generator, openGenerator } from './generator/generator.ts';
import type { Signed } from './generator/signatures.ts';
import type { OwnInstance } from './own-instance.ts';
import { type ProcessorTime, watchProcessors } from './processor-time.ts';

export interface Load {
  readonly instance: OwnInstance;
  readonly crew: readonly Member[];
  readonly generator: Generator;
  /** For which tokens it was asked before. */
  readonly warm: Set<Tokens>;
  readonly prove: (sample: readonly Signed[]) => void;
  /** Begins to count processor time. */
  readonly watch: () => () => ProcessorTime;
}

/** So many that a signer's limit of open approvals is none for all of them together. */
const CREW = 16;

export async function openLoad(instance: OwnInstance, signers = CREW): Promise<Load> {
  const crew = await openCrew(instance, signers);
  const generator = await openGenerator(settingOf(instance), crew.map(({ holder }) => holder), instance.profiles);
  const publicKeys: ReadonlyMap<string, KeyObject> = new Map(crew.map(({ holder, publicKey }) => [holder.keyId, publicKey]));
  return {
    instance,
    crew,
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
