// SPDX-License-Identifier: Apache-2.0
// Starts the SAM, ends it in every way there is, and starts it again. An ended SAM does nothing any more: its powers never answer it.
import { openLog } from '@sigillo/wire';
import type { Deployment } from '../../src/deployment.ts';
import { segmentPath } from '../../src/journal/segments.ts';
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

const STATE_KEY = `${FOLDER}/state.key`;
export const JOURNAL_FOLDER: string = `${FOLDER}/journal`;
const SNAPSHOT = /^snapshot-\d{16}$/;
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

export interface HouseSizes {
  /** How much the journal grows between snapshots of memory. */
  readonly snapshotEveryBytes: number;
  /** How large a file of the journal becomes. */
  readonly segmentBytesMax: number;
  /** How many zeros are written ahead. */
  readonly roomBytes: number;
}

export class House {
  readonly #parts: HouseParts;
  readonly #copyBeforeRelease: boolean;
  readonly #sizes: HouseSizes;
  readonly logLines: string[] = [];
  #lives = 0;
  #life: Life = new Life(0);
  /** The last life whose end was seen to. */
  #gone: Life;
  #sam: Sam | undefined;
  /** A start that was refused, and why; undefined while it is under way, or went well. */
  refusal: string | undefined;

  constructor(parts: HouseParts, copyBeforeRelease: boolean, sizes: HouseSizes) {
    this.#parts = parts;
    this.#copyBeforeRelease = copyBeforeRelease;
    this.#sizes = sizes;
    this.#life.alive = false;
    this.#gone = this.#life;
    const { disk, database, witness } = parts;
    disk.events = {
      written: (moved) => parts.guard(() => this.#written(moved)),
    };
    database.copied = (group) => parts.guard(() => witness.copied(group));
  }

  /** Files of the journal that somebody damaged, as they were. */
  #damaged: readonly (readonly [path: string, bytes: Uint8Array])[] = [];
  /** A start may have no need of them. */
  #damagedIsOld = false;
  /** Lines of the log when it was done. */
  #linesAtDamage = 0;

  get serves(): boolean {
    return this.#life.alive && this.#sam !== undefined;
  }

  /** No ticket that ends by then is taken. */
  get forgottenUntilMs(): number {
    return (this.#sam?.state.memory.approvedTickets.forgottenUntil ?? 0) * 1000;
  }

  /** Whether any start ever served. */
  hasServed = false;

  get lives(): number {
    return this.#lives;
  }

  get runs(): boolean {
    return this.#life.alive;
  }

  start(): void {
    const { core, schedule, faults, dice, disk, database, module, witness } = this.#parts;
    if (this.#life.alive) return;
    const life = new Life(++this.#lives);
    database.copyTouched = false;
    this.#life = life;
    this.#sam = undefined;
    this.refusal = undefined;
    schedule.say(`sam: start ${life.number}`);
    this.#noteSnapshot();
    this.#noteHome();
    if (!this.hasServed && witness.counters.starts === 0 && faults.strikes('full_at_first_start', 0.2)) disk.fill(dice.skewed(10, 1500));
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
          if (!life.alive) return;
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
      ...this.#sizes,
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
    if (!this.#life.alive && this.#gone !== this.#life) this.#ended(this.#life.cutOff && this.#parts.dice.chance(0.4));
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
    const { network, disk, database, module, schedule, guard } = this.#parts;
    schedule.say(power ? 'sam: no power' : 'sam: ended');
    this.#gone = this.#life;
    network.serving = undefined;
    network.open.clear();
    this.#sam = undefined;
    disk.crash(power);
    database.crash();
    module.callerEnded(this.#gone);
    guard(() => this.#readAgain());
  }

  #opened(life: Life, sam: Sam): void {
    const { network, schedule, guard } = this.#parts;
    if (!life.alive) return;
    this.#sam = sam;
    guard(() => holds('I8', this.#parts.witness.journal.isOf(this.stateKey), 'the SAM has another key than the one its journal began with'));
    this.hasServed = true;
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
        this.#parts.guard(() => this.#requireDamageTold());
        this.#sweepLater(life, sam);
      },
      life,
    );
  }

  /** A sweep reads on in what the start did not read, which is never much here. */
  #requireDamageTold(): void {
    if (!this.isDamagedUnseen) return;
    const told = this.logLines.slice(this.#linesAtDamage).some((line) => line.includes('"journal_damaged"'));
    holds('I8', told, 'durable groups are not there any more, and nobody is told');
    this.#parts.faults.count('old_damage_told');
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
      const broken = reason === 'journal_broken' && this.#damaged.length > 0;
      holds('I11', passing || broken || (forged && (database.copyForged || database.copyTouched)), `the SAM does not start: ${reason}, for no reason that there is`);
      if (forged) this.#repairCopy();
      if (broken) this.repairJournal();
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

  /** While the SAM is down somebody puts other bytes in the place of files of the journal, or none. */
  damageJournal(files: readonly (readonly [segment: number, bytes: Uint8Array | undefined])[], isOld: boolean): void {
    const { disk } = this.#parts;
    this.#damagedIsOld = isOld;
    this.#linesAtDamage = this.logLines.length;
    this.#damaged = files.map(([segment]) => [segmentPath(JOURNAL_FOLDER, segment), new Uint8Array(this.durableSegment(segment)!)]);
    for (const [segment, bytes] of files) disk.put(segmentPath(JOURNAL_FOLDER, segment), bytes);
  }

  /** What an operator does who has the right files still. */
  repairJournal(): void {
    for (const [path, bytes] of this.#damaged) this.#parts.disk.put(path, bytes);
    this.#damaged = [];
  }

  get isDamaged(): boolean {
    return this.#damaged.length > 0;
  }

  /** Something that stands in the journal may be gone although the SAM serves. */
  get isDamagedUnseen(): boolean {
    return this.isDamaged && this.#damagedIsOld;
  }

  /** As it was, where somebody damaged it. */
  readonly durableSegment = (segment: number): Uint8Array | undefined => {
    const path = segmentPath(JOURNAL_FOLDER, segment);
    return this.#damaged.find(([damaged]) => damaged === path)?.[1] ?? this.#parts.disk.durable(path);
  };

  /** The last record that the newest snapshot knows of; 0 where there is none. */
  get snapshotRecord(): number {
    return Number(this.#parts.disk.newest(FOLDER, SNAPSHOT)?.slice(-16) ?? 0);
  }

  #noteSnapshot(): void {
    const { faults, witness } = this.#parts;
    const segment = witness.journal.segmentOf(this.snapshotRecord);
    const last = witness.journal.groups.at(-1)?.segment ?? 0;
    if (segment !== 0 && segment < last) faults.count('snapshot_before_rotation');
    if (segment > 1 && segment === last) faults.count('snapshot_after_rotation');
  }

  #noteHome(): void {
    const { faults, disk, witness } = this.#parts;
    if (this.#lives === 1 || witness.counters.starts > 0) return;
    faults.count(disk.content(STATE_KEY) === undefined ? 'home_begun_again' : 'home_half_made');
  }

  /** The one secret of this home; undefined before it was made. */
  get stateKey(): Uint8Array | undefined {
    const sealed = this.#parts.disk.content(STATE_KEY);
    return sealed === undefined ? undefined : this.#parts.module.token.opened(sealed);
  }

  /** Until something durable was written under it, a home may still get another key. */
  #takeStateKey(): void {
    const { witness } = this.#parts;
    const { stateKey } = this;
    if (stateKey !== undefined && witness.journal.groups.length === 0) witness.journal.useStateKey(stateKey);
  }

  #written(moved: boolean): void {
    const { witness } = this.#parts;
    holds('I8', !this.isDamaged || this.isDamagedUnseen, 'the SAM goes on with a journal of which durable groups are not there any more');
    this.#takeStateKey();
    if (moved) witness.journal.again(this.durableSegment);
    else witness.journal.more(this.durableSegment);
  }

  readJournal(): void {
    this.#readAgain();
  }

  #readAgain(): void {
    this.#takeStateKey();
    if (!this.isDamaged || this.isDamagedUnseen) this.#parts.witness.journal.again(this.durableSegment);
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
