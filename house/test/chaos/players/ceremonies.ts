// SPDX-License-Identifier: Apache-2.0
// What the players do, mixed: one signature, a batch, a batch in parts, the same call twice, more than was approved, a look at the history.
// A ceremony that must not succeed and does is a violation, thrown as such.
import { sameBytes } from '@sigillo/standards/bytes';
import { Violation } from '../violation.ts';
import { approve, inSession, newItems, type Player, sign, type Usable } from './player.ts';

type Ceremony = (player: Player) => Promise<void>;

const BATCH_MAX = 24;

async function single(player: Player): Promise<void> {
  const items = newItems(1);
  await sign(await approve(player, items), items);
}

async function batch(player: Player): Promise<void> {
  const items = newItems(2 + player.random.below(BATCH_MAX));
  await sign(await approve(player, items), player.random.shuffled(items));
}

/** Several calls at once, which share nothing but the approval. */
async function parts(player: Player): Promise<void> {
  const items = newItems(3 + player.random.below(9));
  const usable = await approve(player, items);
  const rest = player.random.shuffled(items);
  const calls: Promise<unknown>[] = [];
  while (rest.length > 0) calls.push(sign(usable, rest.splice(0, 1 + player.random.below(4))));
  await allOf(calls);
}

/** The same list again has the same answer, whether the first call is over or not. */
async function repeats(player: Player): Promise<void> {
  const items = newItems(1 + player.random.below(3));
  const usable = await approve(player, items);
  const atOnce = [sign(usable, items), sign(usable, items)];
  await allOf(atOnce);
  requireSame(await Promise.all([...atOnce, sign(usable, items)]));
}

/** An item that was signed does not fit into a second, different call; the other item stays usable. */
async function tooMuch(player: Player): Promise<void> {
  const [first, second] = newItems(2) as [ReturnType<typeof newItems>[0], ReturnType<typeof newItems>[0]];
  const usable = await approve(player, [first, second]);
  await sign(usable, [first]);
  await mustFail(usable, [first, second]);
  await mustFail(usable, newItems(1));
  await sign(usable, [second]);
}

async function history({ signer }: Player): Promise<void> {
  const { entries, lastNumber } = await inSession(signer, () => signer.history());
  for (const [n, { number }] of entries.entries()) if (number !== lastNumber - n) throw new Violation('a history has a gap');
}

export const CEREMONIES: Readonly<Record<string, Ceremony>> = { single, batch, parts, repeats, tooMuch, history };

export async function mustFail(usable: Usable, items: Parameters<typeof sign>[1]): Promise<void> {
  const signed = await sign(usable, items).catch(() => undefined);
  if (signed !== undefined) throw new Violation('what was not approved was signed, or an item twice');
}

/** Waits for every one of them before the first failure is thrown. */
async function allOf(calls: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(calls);
  await Promise.all(calls);
}

function requireSame([first, ...others]: readonly (readonly Uint8Array[])[]): void {
  for (const other of others) for (const [n, signature] of other.entries()) if (!sameBytes(signature, first![n]!)) throw new Violation('the same call has two answers');
}
