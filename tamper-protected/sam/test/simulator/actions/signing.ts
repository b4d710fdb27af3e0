// SPDX-License-Identifier: Apache-2.0
// What honest people do: a whole signing, from the ticket to the signatures, with the patience and the impatience that people have.
import { ITEMS_MAX } from '@sigillo/doors/sap';
import type { Dice } from '../dice.ts';
import type { ExecuteRequest } from '../people.ts';
import type { KnownApproval, KnownIntent, Person, Population } from '../population.ts';

/** How often somebody signs a list of which the passkey signs the root. */
const LONG_LIST = 0.01;

/** A signer, an application, some documents. */
export async function sign(population: Population, dice: Dice): Promise<void> {
  const person = dice.pick(population.people);
  if (person !== undefined) await signAs(population, dice, person);
}

export async function signAs(population: Population, dice: Dice, person: Person): Promise<void> {
  const client = population.client(dice);
  const count = dice.chance(LONG_LIST) ? dice.between(ITEMS_MAX + 1, ITEMS_MAX + 30) : dice.one(1, 1, 2, 3, 5);
  const ticket = population.ticket(person, client, population.hashes(dice, count));
  let known = await population.prepare(dice, person, client, ticket);
  if (known === undefined || dice.chance(0.1)) known = (await population.prepare(dice, person, client, ticket)) ?? known;
  if (known === undefined) return;
  await population.pause(dice.skewed(0.5, dice.chance(0.05) ? 200_000 : 500));
  const approval = await approve(population, dice, known);
  if (approval === undefined || dice.chance(0.08)) return;
  if (dice.chance(0.2)) await population.pause(dice.skewed(1, dice.chance(0.2) ? 400_000 : 500));
  await collect(population, dice, approval);
}

/** The signer presses; where no answer comes, the page asks what became of it, and presses again only where that is final. */
async function approve(population: Population, dice: Dice, known: KnownIntent): Promise<KnownApproval | undefined> {
  for (let tries = 0; tries < 3; tries++) {
    const reply = await population.press(dice, known);
    if (reply.kind === 'answer') break;
    if (reply.kind === 'refused' && dice.chance(0.7)) return undefined;
    const said = await population.outcome(dice, known);
    if (said?.state === 'authorised' || dice.chance(0.3)) break;
  }
  return population.approvalOf(known);
}

/** The application has the items signed: all at once, in parts, in another order, some at the same time. */
async function collect(population: Population, dice: Dice, approval: KnownApproval): Promise<void> {
  const hashes = approval.intent.items.map(({ dtbsr }) => dtbsr);
  const order = dice.chance(0.3) ? dice.shuffled(hashes) : hashes;
  const calls: Promise<void>[] = [];
  for (let at = 0; at < order.length;) {
    const count = dice.chance(0.5) ? order.length - at : dice.between(1, order.length - at);
    const call = patient(population, dice, population.executeRequest(approval, order.slice(at, at + count)));
    at += count;
    if (dice.chance(0.5)) await call;
    else calls.push(call);
  }
  await Promise.all(calls);
}

/** Asks for the same again until there is an answer. */
async function patient(population: Population, dice: Dice, request: ExecuteRequest): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const reply = await population.execute(request);
    if (reply.kind !== 'lost' && dice.chance(0.9)) return;
    await population.pause(dice.skewed(1, 1000));
  }
}

/** Somebody looks: at what became of an intent, at the history, at a key, at the whole SAM. */
export async function look(population: Population, dice: Dice): Promise<void> {
  const { network, people, intents } = population;
  const person = dice.pick(people);
  if (person === undefined) return;
  const known = dice.pick(intents);
  const pageNonce = dice.bytes(32);
  if (dice.chance(0.5) && known !== undefined) await population.outcome(dice, known);
  else if (dice.chance(0.5)) await network.ask('history', { signerId: person.signerId, before: null, pageNonce });
  else if (dice.chance(0.7)) await network.ask('credential', { keyId: person.keyId });
  else await network.ask('status', {});
}

/** The signer asks for the intent again; the older one dies. */
export async function prepareAgain(population: Population, dice: Dice): Promise<void> {
  const known = dice.pick(population.intents);
  if (known === undefined) return;
  const newer = await population.prepare(dice, known.person, known.client, known.ticket);
  if (newer !== undefined && dice.chance(0.5)) await approve(population, dice, dice.one(newer, known));
}

/** Locks a key while somebody has it sign. */
export async function freezeInUse(population: Population, dice: Dice): Promise<void> {
  const approval = dice.pick(population.approvals);
  if (approval === undefined) return;
  const { signerId, keyId } = approval.person;
  const using = population.execute(population.executeRequest(approval, approval.intent.items.map(({ dtbsr }) => dtbsr)));
  await population.pause(dice.skewed(0.1, 30));
  await Promise.all([using, population.network.ask('freeze', { signerId, keyId, pageNonce: dice.bytes(32) })]);
}

/** Locks a key, as the signer may at any time. */
export async function freeze(population: Population, dice: Dice): Promise<void> {
  const person = dice.pick(population.people);
  if (person !== undefined) await freezeKey(population, dice, person);
}

export async function freezeKey({ network }: Population, dice: Dice, { signerId, keyId }: Person): Promise<void> {
  const request = { signerId, keyId, pageNonce: dice.bytes(32) };
  if ((await network.ask('freeze', request)).kind === 'lost') await network.ask('freeze', request);
}
