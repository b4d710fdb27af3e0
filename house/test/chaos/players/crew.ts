// SPDX-License-Identifier: Apache-2.0
// Everyone who uses the house during a round: signers with their applications, one who signs documents, one who signs up and signs, and
// whose key is stopped while signatures are under way, and one who only looks.
import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from '../../../src/instance.ts';
import { type Account, count } from '../account.ts';
import type { Watched } from '../exchanges.ts';
import type { Random } from '../random.ts';
import { Violation } from '../violation.ts';
import { CEREMONIES, mustFail } from './ceremonies.ts';
import { document } from './document.ts';
import { approve, codeOf, freeze, newItems, newPlayer, officersStop, type Player, sign } from './player.ts';

/** By its signer, by one officer, by two. */
const STOPS: Readonly<Record<string, (player: Player) => Promise<void>>> = {
  freeze,
  suspend: (player) => officersStop(player, 'suspend'),
  revoke: (player) => officersStop(player, 'revoke'),
};
const SIGNERS = 5;
const UNDER_WAY = 40;
const AFTER_A_FAILURE_MS = 60;

export interface Crew {
  /** Everyone plays until it is over; settles when each has ended what was begun. */
  play(isOver: () => boolean): Promise<void>;
  /** One signature from the beginning to the end: the service is there. */
  readonly probe: () => Promise<void>;
}

export async function openCrew(instance: Instance, account: Account, random: Random, page: Watched['page']): Promise<Crew> {
  const players = await Promise.all(Array.from({ length: SIGNERS + 2 }, () => newPlayer(instance, account, random)));
  const [prober, writer, ...signers] = players as [Player, Player, ...Player[]];
  const names = Object.keys(CEREMONIES);
  const mixed = (player: Player) => (): [string, Promise<void>] => {
    const name = random.pick(names);
    return [name, CEREMONIES[name]!(player)];
  };
  const roles: (() => [string, Promise<void>])[] = [
    ...signers.map(mixed),
    () => ['document', document(writer)],
    () => {
      const how = random.pick(Object.keys(STOPS));
      return [`signUpAnd_${how}`, signUpAndStop(instance, account, random, STOPS[how]!)];
    },
    () => ['look', look(instance, page)],
  ];
  return {
    play: async (isOver) => {
      await Promise.all(roles.map((role) => again(role, account, isOver)));
    },
    probe: () => CEREMONIES['single']!(prober),
  };
}

async function again(role: () => [string, Promise<void>], account: Account, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [name, ceremony] = role();
    try {
      await ceremony;
      count(account.done, name);
    } catch (cause) {
      if (cause instanceof Violation) throw cause;
      count(account.brokenOff, codeOf(cause));
      await pause(AFTER_A_FAILURE_MS);
    }
  }
}

/** From the sign-up on. The stop comes while signatures are under way; what was not asked for by then is never signed. */
async function signUpAndStop(instance: Instance, account: Account, random: Random, stop: (player: Player) => Promise<void>): Promise<void> {
  const player = await newPlayer(instance, account, random);
  const items = newItems(UNDER_WAY + 2);
  const usable = await approve(player, items);
  const calls = items.slice(0, UNDER_WAY).map((item) => sign(usable, [item]).catch(() => undefined));
  await pause(random.between(0, 20));
  await stop(player);
  for (const item of items.slice(UNDER_WAY)) await mustFail(usable, [item]);
  await Promise.all(calls);
}

async function look({ addresses }: Instance, page: Watched['page']): Promise<void> {
  await page(`${addresses.signOrigin}/`);
  for (const url of [`${addresses.caUrl}/healthz`, `${addresses.tsaUrl}/healthz`, `${addresses.ssaUrl}/readyz`]) await fetch(url);
  await pause(50);
}
