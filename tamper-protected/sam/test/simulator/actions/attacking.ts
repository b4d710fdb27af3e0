// SPDX-License-Identifier: Apache-2.0
// What attackers try who hold what others overheard: answers of passkeys, handles, tickets.
import { toHex } from '@sigillo/standards/bytes';
import type { Dice } from '../dice.ts';
import type { KnownApproval, Population } from '../population.ts';

/** An answer of a passkey once more, as it was. */
export async function replayAnswer(population: Population, dice: Dice): Promise<void> {
  const request = dice.pick(population.overheard);
  if (request === undefined) return;
  const copies = Array.from({ length: dice.between(1, 3) }, () => population.network.ask('authorise', { ...request, pageNonce: dice.bytes(32) }, true));
  await Promise.all(copies);
}

/** An answer that does not belong to the intent: of another passkey, over another intent, or an older one of the same. */
export async function forgeAnswer(population: Population, dice: Dice): Promise<void> {
  const known = dice.pick(population.intents);
  const other = dice.pick(population.intents);
  const stranger = dice.pick(population.people.filter((person) => person !== known?.person));
  if (known === undefined || other === undefined || stranger === undefined) return;
  const { person, challenge } = known;
  if (dice.chance(0.4)) await population.authorise(dice, known, stranger.passkey, challenge, false);
  else if (dice.chance(0.7) && other !== known) await population.authorise(dice, known, person.passkey, other.challenge, false);
  // A copy of the passkey, whose count is behind: its answer is genuine but for that.
  else if (dice.chance(0.1)) await population.authorise(dice, known, person.passkey, challenge, true, { signCount: Math.max(0, person.passkey.signCount - 1) });
  else await population.authorise(dice, known, person.passkey, challenge, false, { origin: 'http://elsewhere.example' });
}

/** A handle in the hands of somebody else, or for another key or algorithm. */
export async function presentForeign(population: Population, dice: Dice): Promise<void> {
  const approval = dice.pick(population.approvals);
  if (approval === undefined) return;
  const right = population.executeRequest(approval, hashesOf(approval));
  const other = population.client(dice, approval.client);
  const wrong = dice.one(
    { clientId: other.clientId, clientKeyThumbprint: other.thumbprint },
    { clientKeyThumbprint: dice.bytes(32) },
    { keyId: dice.pick(population.people)!.keyId },
    { signatureAlgorithm: '1.2.840.10045.4.3.3' },
  );
  await population.network.ask('execute', { ...right, ...wrong });
}

/** Hashes that nobody approved, or more often than approved, or those of another approval. */
export async function presentOtherHashes(population: Population, dice: Dice): Promise<void> {
  const approval = dice.pick(population.approvals);
  const other = dice.pick(population.approvals);
  if (approval === undefined || other === undefined) return;
  const hashes = hashesOf(approval);
  const wrong = dice.one([...hashes, hashes[0]!], [dice.bytes(32)], hashesOf(other), [hashes[0]!, dice.bytes(32)]);
  await population.execute(population.executeRequest(approval, wrong));
}

/** Calls that overlap, at the same moment: each item may go out once. */
export async function overlap(population: Population, dice: Dice): Promise<void> {
  const approval = dice.pick(population.approvals);
  if (approval === undefined) return;
  const hashes = hashesOf(approval);
  const parts = [hashes, dice.shuffled(hashes), hashes.slice(0, 1), hashes.slice(-1), hashes];
  await Promise.all(parts.map((part) => population.execute(population.executeRequest(approval, part))));
}

/** An approval that is over, under a clock that somebody holds: time has passed, and the wall clock says that it has not. */
export async function presentLate(population: Population, dice: Dice): Promise<void> {
  const { schedule, faults } = population;
  if (faults.may('clock_stands')) {
    const standing = dice.between(250_000, 400_000);
    faults.count('clock_stands');
    schedule.now += standing;
    schedule.wallOffsetMs -= standing;
  }
  await overlap(population, dice);
}

/** A call that was answered once more: the same bytes come, or nothing. */
export async function repeat(population: Population, dice: Dice): Promise<void> {
  const released = dice.pick(population.released);
  if (released === undefined) return;
  await population.network.ask('execute', released.request);
}

/** Challenges and handles that are nobody's. */
export async function guess(population: Population, dice: Dice): Promise<void> {
  const known = dice.pick(population.intents);
  const approval = dice.pick(population.approvals);
  if (dice.chance(0.5) && known !== undefined)
    await population.network.ask('authorise', {
      challenge: dice.bytes(32),
      assertion: known.person.passkey.get(known.challenge),
      sealed: null,
      pageNonce: dice.bytes(32),
    });
  else if (approval !== undefined) await population.network.ask('execute', { ...population.executeRequest(approval, hashesOf(approval)), handle: dice.bytes(32) });
}

function hashesOf(approval: KnownApproval): readonly Uint8Array[] {
  return approval.intent.items.map(({ dtbsr }) => dtbsr);
}

/** Whether two lists of bytes are the same. */
export function sameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, i) => toHex(bytes) === toHex(b[i]!));
}
