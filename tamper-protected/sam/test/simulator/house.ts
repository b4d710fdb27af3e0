// SPDX-License-Identifier: Apache-2.0
// Starts the SAM, ends it in every way there is, and starts it again. An ended SAM does nothing any more: its powers never answer it.
import { openLog } from '@sigillo/wire';
import type { Deployment } from '../../src/deployment.ts';
import type { Sam } from '../../src/sam.ts';
import type { Core } from './core.ts';
import type { SimulatedModule } from './crypto-module.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Dice } from './dice.ts';
import type { SimulatedDisk } from './disk.ts';
import type { Faults } from './faults.ts';
import { FOLDER, LIMITS } from './founding.ts';
import type { Network } from './network.ts';
import { deployment } from './people.ts';
import { Life, type Schedule } from './schedule.ts';
import { holds } from './violation.ts';
import type { Witness } from './witness/witness.ts';

export const JOURNAL: string = `${FOLDER}/journal/journal-00000001`;
const SWEEP_MS = 1000;
/** A busy machine. */
const SWEEP_LATE_MS = 15_000;

export interface HouseParts {
  readonly core: Core;
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly disk: SimulatedDisk;
  readonly database: SimulatedDatabase;
  readonly module: SimulatedModule;
  readonly network: Network;
  readonly witness: Witness;
  readonly guard: (check: () => void) => void;
}

export class House {
  readonly #parts: HouseParts;
  readonly #copyBeforeRelease: boolean;
  /** How much the journal grows between snapshots of memory. */
  readonly #snapshotEveryBytes: number;
  readonly logLines: string[] = [];
  #lives = 0;
  #life: Life = new Life(0);
  /** The last life whose end was seen to. */
  #gone: Life;
  #sam: Sam | undefined;
  /** A start that was refused, and why; undefined while it is under way, or went well. */
  refusal: string | undefined;

  constructor(parts: HouseParts, { copyBeforeRelease, snapshotEveryBytes }: { readonly copyBeforeRelease: boolean; readonly snapshotEveryBytes: number }) {
    this.#parts = parts;
    this.#copyBeforeRelease = copyBeforeRelease;
    this.#snapshotEveryBytes = snapshotEveryBytes;
    this.#life.alive = false;
    this.#gone = this.#life;
    const { disk, witness, database } = parts;
    disk.events = {
      written: (moved) => parts.guard(() => (moved ? this.#readAgain() : witness.journal.more(disk.durable(JOURNAL)!))),
    };
    database.copied = (group) => parts.guard(() => witness.copied(group));
  }

  get serves(): boolean {
    return this.#life.alive && this.#sam !== undefined;
  }

  /** No ticket that ends by then is taken. */
  get forgottenUntilMs(): number {
    return (this.#sam?.state.memory.approvedTickets.forgottenUntil ?? 0) * 1000;
  }

  get lives(): number {
    return this.#lives;
  }

  get runs(): boolean {
    return this.#life.alive;
  }

  start(): void {
    const { core, schedule, faults, dice, disk, database, module } = this.#parts;
    if (this.#life.alive) return;
    const life = new Life(++this.#lives);
    database.copyTouched = false;
    this.#life = life;
    this.#sam = undefined;
    this.refusal = undefined;
    schedule.say(`sam: start ${life.number}`);
    const opened = core.openSam({
      powers: {
        now: () => schedule.wall(),
        monotonic: () => schedule.now,
        random: (length) => dice.bytes(length),
        log: openLog('sam', (line) => this.logLines.push(line), () => schedule.wall()),
        disk: disk.forLife(life),
        timers: {
          after: (delayMs, run) => schedule.after(delayMs, 'timer', run, life),
          soon: (run) => schedule.soon('turn', run, life, 1),
        },
        die: (code) => {
          schedule.say(`sam: dies: ${code}`);
          life.alive = false;
          const reason = (code === 'journal_write_failed' && life.writeFailed) || (code === 'journal_copy_foreign' && database.copyForged);
          this.#parts.guard(() => holds('I11', reason, `the SAM ends: ${code}, for no reason that there is`));
        },
      },
      deployment: pinned(module),
      ...module.forLife(life),
      ticketKey: module.token.ticketKey,
      database: database.forLife(life),
      folder: FOLDER,
      copyBeforeRelease: this.#copyBeforeRelease,
      snapshotEveryBytes: this.#snapshotEveryBytes,
      limits: LIMITS,
    });
    if (faults.strikes('crash_at_start', 0.1)) schedule.soon('fault: crash at start', () => this.crash(false), life, 60);
    opened.then(
      (sam) => this.#opened(life, sam),
      (cause: unknown) => this.#refused(life, cause),
    );
  }

  /** Ends it as a kill does, or as the power does. */
  crash(power: boolean): void {
    if (this.#life.alive || power) {
      this.#life.alive = false;
      this.#ended(power);
    }
  }

  /** After each turn: a SAM that ended itself is gone. */
  afterTurn(): void {
    if (!this.#life.alive && this.#gone !== this.#life) this.#ended(false);
  }

  /** Ends it in peace. */
  stop(): void {
    const { network, schedule, guard } = this.#parts;
    const [life, sam] = [this.#life, this.#sam];
    if (!life.alive || sam === undefined || network.serving === undefined) return;
    network.serving = undefined;
    schedule.say('sam: stop');
    const end = (): void => {
      if (!life.alive) return;
      life.alive = false;
      this.#ended(false);
    };
    sam.close().then(end, (cause: unknown) => guard(() => holds('I11', false, `a stop breaks: ${String(cause)}`)));
  }

  #ended(power: boolean): void {
    const { network, disk, database, schedule, guard } = this.#parts;
    schedule.say(power ? 'sam: no power' : 'sam: ended');
    this.#gone = this.#life;
    network.serving = undefined;
    network.open.clear();
    this.#sam = undefined;
    disk.crash(power);
    database.crash();
    guard(() => this.#readAgain());
  }

  #opened(life: Life, sam: Sam): void {
    const { network, schedule } = this.#parts;
    if (!life.alive) return;
    this.#sam = sam;
    network.serving = { life, handlers: sam.handlers };
    schedule.say(`sam: serves, start ${life.number}`);
    this.#sweepLater(life, sam);
  }

  #sweepLater(life: Life, sam: Sam): void {
    const { schedule, dice } = this.#parts;
    schedule.after(
      dice.skewed(SWEEP_MS, SWEEP_LATE_MS),
      'sweep',
      () => {
        sam.sweep().catch((cause: unknown) => this.#parts.guard(() => holds('I11', reasonOf(cause) !== '', `a sweep breaks: ${String(cause)}`)));
        this.#sweepLater(life, sam);
      },
      life,
    );
  }

  #refused(life: Life, cause: unknown): void {
    const { schedule, guard, database, disk } = this.#parts;
    if (!life.alive) return;
    life.alive = false;
    const reason = reasonOf(cause);
    this.refusal = reason;
    schedule.say(`sam: does not start: ${reason}`);
    this.#ended(false);
    guard(() => {
      holds('I11', reason !== '', `the SAM does not start and gives no reason: ${cause instanceof Error ? cause.stack : String(cause)}`);
      const forged = reason === 'journal_copy_foreign' || reason === 'journal_behind_copy';
      const passing = reason === 'database_unavailable' || reason === 'crypto_module_unavailable' || (reason === 'journal_write_failed' && disk.full);
      holds('I11', passing || (forged && (database.copyForged || database.copyTouched)), `the SAM does not start: ${reason}, for no reason that there is`);
      if (forged) this.#repairCopy();
    });
  }

  /** What an operator does with a copy in which somebody wrote. */
  #repairCopy(): void {
    const { database, witness } = this.#parts;
    for (const number of database.tables.copy.keys()) {
      const durable = witness.journal.groups[number - 1];
      const copied = database.tables.copy.get(number);
      if (durable === undefined || copied === undefined || Buffer.compare(durable.bytes, copied.body) !== 0) database.tables.copy.delete(number);
    }
    database.copyForged = false;
  }

  repairCopy(): void {
    this.#repairCopy();
  }

  #readAgain(): void {
    const { disk, witness } = this.#parts;
    const bytes = disk.durable(JOURNAL);
    if (bytes !== undefined) witness.journal.again(bytes);
  }
}

let made: Deployment | undefined;

/** What the ceremony wrote is the same for every start of every world. */
function pinned(module: SimulatedModule): Deployment {
  return (made ??= deployment(module.token.identityPublicKey));
}

function reasonOf(cause: unknown): string {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[a-z_]+$/.test(code) ? code : '';
}
