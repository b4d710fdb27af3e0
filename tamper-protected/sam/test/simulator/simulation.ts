// SPDX-License-Identifier: Apache-2.0
// One seed, one world: the SAM's core among simulated powers, a plan of what happens, and a witness. It ends with a world in which nothing
// goes wrong any more: the SAM starts, serves, and knows all that it ever acknowledged.
import type { Machines } from './actions/disturbing.ts';
import { type Core, failuresOf } from './core.ts';
import { SimulatedModule } from './crypto-module.ts';
import { SimulatedDatabase } from './database.ts';
import { Dice } from './dice.ts';
import { FIRST_WRITE, SimulatedDisk } from './disk.ts';
import { Epilogue } from './epilogue.ts';
import { type Encounter, type Fault, Faults } from './faults.ts';
import { type Founding, founding, NOTHING_YET } from './founding.ts';
import { House } from './house.ts';
import { Network } from './network.ts';
import { SECRET } from './people.ts';
import { act, type PlannedAction, planOf } from './plan.ts';
import { Population } from './population.ts';
import { Schedule, turn } from './schedule.ts';
import { Violation } from './violation.ts';
import { Witness } from './witness/witness.ts';

export interface Selection {
  /** Lines of the plan that are played; all where it is undefined. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Faults that do not happen. */
  readonly without: ReadonlySet<string>;
}

export interface Outcome {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly plan: readonly PlannedAction[];
  readonly faultsOn: readonly Fault[];
  readonly happened: ReadonlyMap<Fault | Encounter, number>;
  readonly steps: number;
  readonly records: number;
  readonly released: number;
  /** Signers who came to be. */
  readonly signedUp: number;
  readonly traceHash: string;
  readonly lastLines: readonly string[];
}

/** The share of worlds that begin with the first start of the SAM. */
const FROM_NOTHING = 0.12;
const STEPS_MAX = 30_000;

export async function simulate(core: Core, seed: number, selection: Selection = { without: new Set() }): Promise<Outcome> {
  const simulation = new Simulation(core, seed, selection, new Dice(seed, 'origin').chance(FROM_NOTHING) ? NOTHING_YET : await founding());
  return simulation.run();
}

class Simulation {
  readonly #seed: number;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #house: House;
  readonly #witness: Witness;
  readonly #network: Network;
  readonly #population: Population;
  readonly #machines: Machines;
  readonly #plan: readonly PlannedAction[];
  readonly #epilogue: Epilogue;
  readonly #restartDice: Dice;
  readonly #founders: number;
  #restarting = false;
  #acting = 0;
  #violation: Violation | undefined;

  constructor(core: Core, seed: number, selection: Selection, origin: Founding) {
    const dice = (name: string): Dice => new Dice(seed, name);
    this.#seed = seed;
    this.#schedule = new Schedule(dice('waits'), origin.wallMs + 1000);
    this.#faults = new Faults(seed, selection.without);
    const [schedule, faults] = [this.#schedule, this.#faults];
    const guard = (check: () => void): void => this.#guard(check);
    const disk = new SimulatedDisk(origin.disk, schedule, faults, dice('disk'));
    const database = new SimulatedDatabase(origin.tables, { schedule, faults, dice: dice('database') }, failuresOf(core));
    const module = new SimulatedModule(SECRET, { schedule, faults, dice: dice('module') });
    const copyBeforeRelease = dice('copy').chance(0.3);
    this.#witness = new Witness({ module, guard, copied: database.tables.copy.keys(), copyBeforeRelease });
    this.#witness.now = () => schedule.now;
    const answers: Uint8Array[] = [];
    this.#network = new Network({ schedule, faults, witness: this.#witness, guard, answered: (bytes) => void answers.push(bytes) });
    this.#house = new House(
      { core, schedule, faults, dice: dice('random'), disk, database, module, network: this.#network, witness: this.#witness, guard },
      copyBeforeRelease,
      { snapshotEveryBytes: Math.floor(dice('snapshots').skewed(500, 500_000)), segmentBytesMax: Math.floor(dice('segments').skewed(700, 300_000)), roomBytes: Math.floor(dice('room').skewed(1, 20_000)) },
    );
    this.#witness.metOldDamage = () => {
      if (this.#house.isDamagedUnseen) faults.count('old_damage_met');
      return this.#house.isDamagedUnseen;
    };
    this.#house.readJournal();
    this.#population = new Population({ schedule, faults, network: this.#network, signers: origin.signers });
    this.#machines = { schedule, faults, disk, database, module, house: this.#house, witness: this.#witness, older: [database.snapshot()] };
    this.#plan = planOf(seed, faults, origin === NOTHING_YET).filter(({ number }) => selection.only?.has(number) ?? true);
    this.#restartDice = dice('restart');
    this.#founders = origin.signers.length;
    this.#epilogue = new Epilogue({
      machines: this.#machines,
      population: this.#population,
      witness: this.#witness,
      network: this.#network,
      dice: dice('epilogue'),
      secrets: () => [this.#house.stateKey!, ...module.token.secrets()],
      answers,
      step: () => this.#step(),
    });
    disk.endsAtCall = () => this.#isFirstStart && faults.strikes('crash_at_first_start', 0.12);
    schedule.beforeStep = (life, label) => {
      const call = life === undefined ? undefined : /^(disk|module|database|turn)/.exec(label)?.[0];
      if (call === undefined || (call === 'turn' && !this.#isFirstStart)) return;
      const atRotation = label === FIRST_WRITE && faults.strikes('crash_at_rotation', 0.1);
      const atFirst = this.#isFirstStart && faults.strikes('crash_at_first_start', 0.12);
      if (!atRotation && !atFirst && !faults.strikes('crash_in_call', call === 'disk' ? 0.03 : 0.004)) return;
      this.#house.crash(this.#restartDice.chance(0.4));
    };
  }

  /** A home is being made, and no start of it served yet. */
  get #isFirstStart(): boolean {
    return this.#founders === 0 && !this.#house.hasServed;
  }

  async run(): Promise<Outcome> {
    const rejected = (cause: unknown): void => this.#guard(() => unhandled(cause));
    process.on('unhandledRejection', rejected);
    try {
      await this.#play();
      await this.#epilogue.play();
    } catch (cause) {
      if (!(cause instanceof Violation)) throw cause;
      this.#violation ??= cause;
    } finally {
      process.off('unhandledRejection', rejected);
    }
    return {
      seed: this.#seed,
      violation: this.#violation,
      plan: this.#plan,
      faultsOn: this.#faults.on,
      happened: this.#faults.happened,
      steps: this.#schedule.steps,
      records: this.#witness.journal.records.length,
      released: this.#population.released.length,
      signedUp: this.#population.people.length - this.#founders,
      lastLines: [...this.#schedule.lastLines],
      traceHash: this.#ended(),
    };
  }

  #ended(): string {
    this.#schedule.say(`journal: ${this.#witness.journal.head}`);
    return this.#schedule.traceHash();
  }

  async #play(): Promise<void> {
    this.#house.start();
    await turn();
    for (const action of this.#plan) {
      this.#acting += 1;
      this.#schedule.after(action.atMs, `plan: ${action.number} ${action.kind}`, () => void this.#act(action));
    }
    while (this.#acting > 0) {
      await this.#step();
      if (this.#schedule.steps > STEPS_MAX) throw new Error(`seed ${this.#seed} takes more than ${STEPS_MAX} steps`);
    }
  }

  async #act(action: PlannedAction): Promise<void> {
    try {
      await act(this.#seed, action, this.#population, this.#machines);
    } catch (cause) {
      this.#guard(() => {
        throw cause;
      });
    }
    this.#acting -= 1;
  }

  /** One thing happens; what is broken is seen at once. A SAM that ended is started again. */
  async #step(): Promise<void> {
    const went = await this.#schedule.step();
    this.#house.afterTurn();
    if (this.#violation !== undefined) throw this.#violation;
    if (!this.#house.runs && !this.#restarting) {
      this.#restarting = true;
      this.#schedule.after(this.#restartDice.skewed(0.5, 400), 'house: starts the SAM again', () => {
        this.#restarting = false;
        this.#house.start();
      });
    } else if (!went) throw new Error('nothing can happen any more');
  }

  #guard(check: () => void): void {
    try {
      check();
    } catch (cause) {
      this.#violation ??= cause instanceof Violation ? cause : new Violation('I11', `something broke: ${cause instanceof Error ? cause.stack : String(cause)}`);
    }
  }
}

function unhandled(cause: unknown): never {
  throw new Violation('I11', `a promise was rejected and nobody saw it: ${cause instanceof Error ? cause.stack : String(cause)}`);
}
