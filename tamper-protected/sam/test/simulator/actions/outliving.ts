// SPDX-License-Identifier: Apache-2.0
// The SAM ends while the module has a request to sign from it, which stays there. As soon as the next start serves, the signer locks the key,
// or asks what became of it: from then on nothing may be signed any more.
import type { Dice } from '../dice.ts';
import type { KnownApproval, Population } from '../population.ts';
import type { Machines } from './disturbing.ts';

const LOOKS = 40;

export async function endWhileSigning(population: Population, dice: Dice, machines: Machines): Promise<void> {
  const { faults, house, module } = machines;
  if (!faults.may('crash_while_signing')) return;
  const approval = await approved(population, dice);
  if (approval === undefined) return;
  const { signerId, keyId } = approval.person;
  const before = house.lives;
  const call = population.execute(population.executeRequest(approval, approval.intent.items.map(({ dtbsr }) => dtbsr)));
  for (let looks = 0; looks < LOOKS && !module.hasCallsToSign(); looks++) await population.pause(1);
  if (house.lives === before && module.hasCallsToSign()) {
    house.crash(dice.chance(0.3));
    faults.count('crash_while_signing');
    for (let looks = 0; looks < LOOKS && !(house.serves && house.lives > before); looks++) await population.pause(20);
    if (dice.chance(0.5)) await population.network.ask('freeze', { signerId, keyId, pageNonce: dice.bytes(32) });
    else await population.outcome(dice, approval);
  }
  await call;
}

async function approved(population: Population, dice: Dice): Promise<KnownApproval | undefined> {
  const [person, client] = [dice.pick(population.people), population.client(dice)];
  if (person === undefined) return undefined;
  const known = await population.prepare(dice, person, client, population.ticket(person, client, population.hashes(dice, dice.one(1, 2))));
  if (known === undefined) return undefined;
  await population.press(dice, known);
  return population.approvalOf(known);
}
