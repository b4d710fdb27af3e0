// SPDX-License-Identifier: Apache-2.0
// The SAM as its attackers meet it: a whole SAM behind its framed link, with a real crypto module and database, and whoever writes to that
// link is the SSA. `attacksOnSam` is called inside a suite.
import type { JournalEvent, JournalRecord } from '../../src/journal/record.ts';
import { type Attack, attacksOn, type RoomAttacks, type Strike } from '@sigillo/standards/test/attacks';
import { enrolled, type Signer } from '../played/signer.ts';
import type { openWorld, World, WorldOptions } from '../played/world.ts';

type Events = JournalEvent | readonly JournalEvent[] | null;

export { attackByConstruction, attacksOn, type Strike, type Swept } from '@sigillo/standards/test/attacks';

/** For attacks that come before there is any signer. */
export const STAGE = {
  room: 'tamper-protected/sam',
  entry: 'test/played/world.ts',
  open: (entry: { readonly openWorld: typeof openWorld }, options: WorldOptions | undefined): Promise<World> => entry.openWorld(options),
  close: (world: World): Promise<void> => world.close(),
  traces: async (world: World) => ({ signatures: await signaturesOf(world), records: await recordsOf(world) }),
  codeOf: (cause: { readonly kind?: unknown; readonly code?: unknown }): unknown =>
    // What the link tells on of a refusal, or why a SAM does not start.
    cause.kind === 'refused' || cause instanceof Error && cause.name === 'JournalError' ? cause.code : undefined,
};

export interface SamAttack extends Omit<Attack<World, WorldOptions>, 'event' | 'run'> {
  readonly event: Events;
  readonly run: (scene: { readonly world: World; readonly signer: Signer; readonly strike: Strike }) => Promise<unknown>;
}

export interface SamAttacks {
  readonly attack: (attack: SamAttack) => void;
  readonly sweep: RoomAttacks<World, WorldOptions>['sweep'];
}

/** Each attack has a signer of its own. */
export function attacksOnSam(): SamAttacks {
  const { attack, sweep } = attacksOn(STAGE);
  return {
    attack: ({ run, ...rest }) => attack({ ...rest, run: async (world, strike) => run({ world, strike, signer: await enrolled(world) }) }),
    sweep,
  };
}

/** How many signatures the crypto module has made with signers' keys. */
export async function signaturesOf(world: World): Promise<number> {
  return (await world.sam.state.cryptoModule.info()).signatures;
}

/** What was read of a world's journal before: records do not change. */
const known = new WeakMap<World, JournalRecord[]>();

/** All durable records, oldest first. */
export async function recordsOf(world: World): Promise<readonly JournalRecord[]> {
  const { journal } = world.sam.state;
  await journal.durable();
  const records = known.get(world) ?? [];
  known.set(world, records);
  while (records.length < journal.head.record) records.push(journal.read(records.length + 1));
  return records.slice();
}
