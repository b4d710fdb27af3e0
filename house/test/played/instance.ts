// SPDX-License-Identifier: Apache-2.0
// The running instance that the tests of the whole share: a real one, on free ports, in a home that goes away.
import { after } from 'node:test';
import type { Instance } from '../../src/instance.ts';
import { openOwnInstance } from '../../src/rehearse/own-instance.ts';
import { eventually, keptLog } from '../scratch.ts';
import { PlayedSigner } from './signer.ts';

export type { Instance } from '../../src/instance.ts';

const { log, lines } = keptLog();
let opened: Promise<Instance> | undefined;

/** Opened when the first test asks; ended when all tests of the run are over. */
export function theInstance(): Promise<Instance> {
  return (opened ??= openOwnInstance(log));
}

after(async () => {
  if (opened !== undefined) await (await opened).stop();
});

/** Kills a process of the shared instance and waits until the house says that another one answers in its place. */
export async function killAndWait({ supervisor }: Instance, name: string): Promise<void> {
  const starts = (): number => lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ event, process }) => event === 'process ready' && process === name).length;
  const before = starts();
  process.kill(supervisor.pidOf(name)!, 'SIGKILL');
  await eventually(`${name} is back`, () => starts() > before, 30_000);
}

/** A new signer with an active key, logged in. */
export async function newSigner({ addresses }: Instance): Promise<PlayedSigner> {
  const signer = new PlayedSigner(addresses);
  await signer.enrol({ givenName: 'Ada', surname: 'Lovelace', country: 'GB' });
  await signer.logIn();
  return signer;
}
