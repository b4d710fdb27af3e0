// SPDX-License-Identifier: Apache-2.0
// The running instance that the tests of the whole share: a real one, on free ports, in a home that goes away.
import { after } from 'node:test';
import type { Instance } from '../../src/instance.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { keptLog } from '../scratch.ts';
import { PlayedSigner } from './signer.ts';

export type { Instance } from '../../src/instance.ts';

let opened: Promise<Instance> | undefined;

/** Opened when the first test asks; ended when all tests of the run are over. */
export function theInstance(): Promise<Instance> {
  return (opened ??= openOwnInstance(keptLog().log));
}

after(async () => {
  if (opened !== undefined) await (await opened).stop();
});

/** A new signer with an active key, logged in. */
export async function newSigner({ addresses }: Instance): Promise<PlayedSigner> {
  const signer = new PlayedSigner(addresses);
  await signer.enrol({ givenName: 'Ada', surname: 'Lovelace', country: 'GB' });
  await signer.logIn();
  return signer;
}
