// SPDX-License-Identifier: Apache-2.0
// One line of the attack catalogue as two tests. The first attacks the room as it is: it must refuse with exactly this code, write down exactly
// this event, and sign nothing. The second makes the same attack where the guard's twin stands, and must see it succeed. A sweep is an attack in
// thousands of forms; what is refused by the way in which the house is built, with no guard that could be taken away, has no twin and says why. The
// names of the tests have a fixed form, from which the table of all attacks is made:
//   SAP-05 <title> · <guard> [+ <guard>] · <code>
//   SAP-05 twin · <guard> [+ <guard>] · <title>
//   SAP-48 <title> · by construction: <because> · <code>
import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.ts';
import { loadWithTwins, type TwinGraph } from './twins.ts';

/** What an attack can leave behind. */
export interface Traces {
  /** Signatures that the crypto module has made with signers' keys. */
  readonly signatures: number;
  /** All records of the journal, oldest first. */
  readonly records: readonly { readonly event: string; readonly code: string }[];
}

/** A room, as its attacks see it. */
export interface Stage<W, O> {
  readonly room: string;
  /** The module that opens a world, from the room's folder. */
  readonly entry: string;
  open(entry: unknown, options: O | undefined): Promise<W>;
  close(world: W): Promise<void>;
  traces(world: W): Promise<Traces>;
  /** The code of a refusal; undefined for anything else that may be thrown. */
  codeOf(cause: unknown): unknown;
}

export type Events = string | readonly string[] | null;

/** One hostile step, after everything that is honest. May be called several times. */
export type Strike = <T>(step: () => Promise<T>, expected?: { readonly code?: string; readonly event?: Events }) => Promise<T | undefined>;

export interface Attack<W, O> {
  readonly id: string;
  readonly title: string;
  /** From the room's `src`; several where another guard behind the first still stops the attack, with a sentence of why beside it. */
  readonly guard: string | readonly string[];
  readonly code: string;
  /** What the journal says with this code; null where a stranger could fill it. */
  readonly event: Events;
  /** Rooms that lie between the entry and a guard of another room. */
  readonly rooms?: readonly string[];
  /** A world of its own, with these options; without, it shares one. */
  readonly options?: O;
  /** What whoever succeeds has: a signature, or an answer only. */
  readonly gains?: 'signature' | 'answer';
  readonly run: (world: W, strike: Strike) => Promise<unknown>;
}

/** Events that only a use of a key writes; an attack that ends in doubt began one. */
const usesBeside = (events: readonly string[]): readonly string[] => (events.includes('indeterminate') ? ['released'] : ['executing', 'released']);

/** An attack in many forms. */
export interface Sweep<W, O> extends Omit<Attack<W, O>, 'event' | 'gains' | 'run'> {
  /** Tries all forms, or a few that the twin alone lets pass. */
  readonly run: (world: W, forms: 'all' | 'few') => Promise<Swept>;
}

export interface Swept {
  readonly tried: number;
  readonly accepted: number;
}

export interface RoomAttacks<W, O> {
  readonly attack: (attack: Attack<W, O>) => void;
  readonly sweep: (sweep: Sweep<W, O>) => void;
}

/** Registers attacks of one room; called inside a suite, at whose end its worlds are closed. */
export function attacksOn<W, O = undefined>(stage: Stage<W, O>): RoomAttacks<W, O> {
  const worlds = new Worlds(stage);
  after(() => worlds.close());
  return {
    attack: (attack) =>
      both(
        attack,
        () => worlds.in([], attack, (world) => attack.run(world, refusedStrike(stage, world, attack))),
        (guards) => worlds.in(guards, attack, (world) => attack.run(world, succeedingStrike(stage, world, attack))),
      ),
    sweep: (sweep) =>
      both(
        sweep,
        (context) => worlds.in([], sweep, (world) => nothingPasses(world, sweep, context)),
        (guards) => worlds.in(guards, sweep, (world) => allPass(world, sweep)),
      ),
  };
}

export interface AttackByConstruction {
  readonly id: string;
  readonly title: string;
  readonly code: string;
  /** Why nothing could be taken away: one plain sentence, which the table prints in the place of the twin. */
  readonly because: string;
}

/** What is refused without a guard that could be removed. */
export function attackByConstruction({ id, title, code, because }: AttackByConstruction, run: (context: TestContext) => Promise<void>): void {
  assert.match(because, /^[^·]*\w[^·]*$/, `${id} ${title} says why nothing could be taken away`);
  test(`${id} ${title} · by construction: ${because} · ${code}`, run);
}

function both(
  { id, title, guard, code }: Pick<Attack<never, never>, 'id' | 'title' | 'guard' | 'code'>,
  honest: (context: TestContext) => Promise<void>,
  twin: (guards: readonly string[]) => Promise<void>,
): void {
  const guards = [guard].flat();
  const named = guards.join(' + ');
  test(`${id} ${title} · ${named} · ${code}`, honest);
  test(`${id} twin · ${named} · ${title}`, () => twin(guards));
}

async function nothingPasses<W, O>(world: W, sweep: Sweep<W, O>, context: TestContext): Promise<void> {
  const { tried, accepted } = await sweep.run(world, 'all');
  context.diagnostic(`${sweep.id} ${sweep.title}: ${tried} forms`);
  assert.ok(tried > 0);
  assert.equal(accepted, 0);
}

async function allPass<W, O>(world: W, sweep: Sweep<W, O>): Promise<void> {
  const { tried, accepted } = await sweep.run(world, 'few');
  assert.ok(tried > 0);
  assert.equal(accepted, tried, 'every form succeeds without the guard');
}

function refusedStrike<W, O>(stage: Stage<W, O>, world: W, attack: Attack<W, O>): Strike {
  return async (step, { code = attack.code, event = attack.event } = {}) => {
    const before = await stage.traces(world);
    await assert.rejects(step, (cause) => {
      assert.equal(stage.codeOf(cause) ?? cause, code);
      return true;
    });
    const { signatures, records } = await stage.traces(world);
    assert.equal(signatures, before.signatures, 'nothing was signed');
    const fresh = records.slice(before.records.length);
    const events = [event ?? []].flat();
    const uses = usesBeside(events);
    const used = fresh.map((record) => record.event).filter((name) => uses.includes(name));
    assert.deepEqual(used, [], 'no key was used');
    const said = fresh.filter((record) => record.code === code).map((record) => record.event);
    assert.deepEqual(said, events, 'the journal says so');
    return undefined;
  };
}

function succeedingStrike<W, O>(stage: Stage<W, O>, world: W, attack: Attack<W, O>): Strike {
  return async (step) => {
    const before = await stage.traces(world);
    const gained = await step();
    const { signatures } = await stage.traces(world);
    if (attack.gains !== 'answer') assert.ok(signatures > before.signatures, 'a key signed for the attacker');
    return gained;
  };
}

/** How many worlds with twins stay open beside the room as it is: each has connections, and a database role has few. */
const OPEN_MAX = 2;

/** What was loaded once for a set of twins serves all attacks that need it. */
const loadedGraphs = new Map<string, Promise<unknown>>();

function loadOnce(graph: TwinGraph): Promise<unknown> {
  const name = JSON.stringify(graph);
  const known = loadedGraphs.get(name) ?? loadWithTwins(graph);
  loadedGraphs.set(name, known);
  return known;
}

/** The worlds of one room. Attacks that need the same twins share one. */
class Worlds<W, O> {
  readonly #stage: Stage<W, O>;
  readonly #open = new Map<string, Promise<W>>();

  constructor(stage: Stage<W, O>) {
    this.#stage = stage;
  }

  async in(guards: readonly string[], { options, rooms = [] }: { readonly options?: O; readonly rooms?: readonly string[] }, work: (world: W) => Promise<unknown>): Promise<void> {
    const name = guards.join(' ');
    if (options === undefined) {
      await work(await this.#shared(name, guards, rooms));
      return;
    }
    const world = await this.#fresh(guards, rooms, options);
    try {
      await work(world);
    } finally {
      await this.#stage.close(world);
    }
  }

  async close(): Promise<void> {
    for (const name of this.#open.keys()) await this.#closeOne(name);
  }

  async #closeOne(name: string): Promise<void> {
    const world = this.#open.get(name)!;
    this.#open.delete(name);
    await this.#stage.close(await world);
  }

  async #shared(name: string, guards: readonly string[], rooms: readonly string[]): Promise<W> {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const oldest = [...this.#open.keys()].find((other) => other !== '');
    if (this.#open.size > OPEN_MAX) await this.#closeOne(oldest!);
    const world = this.#fresh(guards, rooms, undefined);
    this.#open.set(name, world);
    return world;
  }

  async #fresh(guards: readonly string[], rooms: readonly string[], options: O | undefined): Promise<W> {
    const { room, entry } = this.#stage;
    const loaded: unknown =
      guards.length === 0
        ? await import(pathToFileURL(`${ROOT}/${room}/${entry}`).href)
        : await loadOnce({ room, entry, guards, rooms });
    return this.#stage.open(loaded, options);
  }
}
