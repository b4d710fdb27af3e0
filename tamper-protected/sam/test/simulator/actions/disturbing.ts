// SPDX-License-Identifier: Apache-2.0
// What happens to machines, disks, databases and clocks, and what an administrator of the database can do.
import type { SimulatedModule } from '../crypto-module.ts';
import { sameRow, type SimulatedDatabase, type OlderTables } from '../database.ts';
import type { Dice } from '../dice.ts';
import type { SimulatedDisk } from '../disk.ts';
import type { Fault, Faults } from '../faults.ts';
import type { House } from '../house.ts';
import type { Schedule } from '../schedule.ts';
import type { Witness } from '../witness/witness.ts';
import { damageJournal, damageOldJournal } from './damaging.ts';

export interface Machines {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly disk: SimulatedDisk;
  readonly database: SimulatedDatabase;
  readonly module: SimulatedModule;
  readonly house: House;
  readonly witness: Witness;
  /** Older states of the tables, for whoever brings them back. */
  readonly older: OlderTables[];
}

type Disturbance = (machines: Machines, dice: Dice) => boolean;

/** What a plan may hold; each says whether it really happened. */
export const DISTURBANCES: Readonly<Partial<Record<Fault, Disturbance>>> = {
  crash_process: ({ house }) => crash(house, false),
  crash_power: ({ house }) => crash(house, true),
  segment_damaged: damageJournal,
  old_segment_damaged: damageOldJournal,
  disk_low: ({ disk, schedule }, dice) => {
    disk.freeBytes = 1_000_000;
    schedule.after(dice.skewed(10, 3000), 'disk: room again', () => void (disk.freeBytes = 2 ** 34));
    return true;
  },
  disk_full: ({ disk }, dice) => {
    disk.fill(dice.skewed(10, 1500));
    return true;
  },
  database_away: ({ database, schedule }, dice) => {
    database.away = true;
    schedule.after(dice.skewed(20, dice.chance(0.1) ? 100_000 : 3000), 'database: back', () => void (database.away = false));
    return true;
  },
  rows_rolled_back: ({ database, older }, dice) => {
    const before = dice.pick(older);
    if (before === undefined) return false;
    const whole = dice.chance(0.5);
    const { rows, copy, subjectKeys, stateKey } = database.tables;
    database.tables = { rows: new Map(before.rows), subjectKeys, copy: whole ? new Map(before.copy) : copy, stateKey };
    database.copyTouched ||= whole;
    database.copyForged ||= whole && before.copyForged;
    return rows.size > 0;
  },
  row_edited: ({ database }, dice) => {
    const { rows } = database.tables;
    const key = dice.pick([...rows.keys()]);
    if (key === undefined) return false;
    const row = rows.get(key)!;
    const [body, mac] = [new Uint8Array(row.body), new Uint8Array(row.mac)];
    const bytes = dice.one(body, mac);
    const at = dice.below(bytes.length);
    bytes[at] = bytes[at]! ^ 1;
    rows.set(key, { version: dice.chance(0.2) ? row.version + 1 : row.version, body, mac });
    return true;
  },
  rows_swapped: ({ database }, dice) => {
    const { rows } = database.tables;
    const table = dice.one('signing_key', 'authenticator', 'signer', 'client');
    const [first, second] = dice.shuffled([...rows.keys()].filter((key) => key.startsWith(`${table} `)));
    if (first === undefined || second === undefined) return false;
    const [a, b] = [rows.get(first), rows.get(second)];
    if (sameRow(a, b)) return false;
    rows.set(first, b!);
    rows.set(second, a!);
    return true;
  },
  row_lost: ({ database }, dice) => database.tables.rows.delete(dice.pick([...database.tables.rows.keys()])!),
  copy_lost: ({ database }, dice) => {
    const numbers = [...database.tables.copy.keys()];
    for (const number of numbers) if (dice.chance(0.3)) database.tables.copy.delete(number);
    database.copyTouched = true;
    return database.tables.copy.size < numbers.length;
  },
  copy_forged: ({ database }, dice) => {
    const { copy } = database.tables;
    const highest = Math.max(0, ...copy.keys());
    const group = copy.get(highest);
    if (group === undefined) return false;
    const body = new Uint8Array(group.body);
    body[dice.below(body.length)]! ^= 1;
    const number = dice.chance(0.5) ? highest : highest + dice.between(1, 3);
    copy.set(number, { ...group, number, body });
    database.copyForged = true;
    return true;
  },
  module_restarted: ({ module }, dice) => {
    const both = dice.chance(0.3);
    const one = dice.pick(module.processes)!;
    for (const process of both ? module.processes : [one]) {
      process.end();
      process.start();
    }
    return true;
  },
  module_away: ({ module, schedule }, dice) => {
    const process = dice.pick(module.processes)!;
    process.end();
    schedule.after(dice.skewed(10, dice.chance(0.1) ? 60_000 : 3000), 'module: a process is back', () => process.start());
    return true;
  },
  clock_ahead: ({ schedule }, dice) => {
    schedule.wallOffsetMs += dice.skewed(1000, 1_000_000);
    return true;
  },
  clock_back: ({ schedule }, dice) => {
    schedule.wallOffsetMs -= dice.skewed(1000, 1_000_000);
    return true;
  },
  /** Time goes on, and the wall clock does not. */
  clock_stands: ({ schedule }, dice) => {
    const standing = dice.skewed(1000, 700_000);
    schedule.now += standing;
    schedule.wallOffsetMs -= standing;
    return true;
  },
  /** The machine stood still: all that was planned is late. */
  time_passes: ({ schedule }, dice) => {
    schedule.now += dice.skewed(1000, 700_000);
    return true;
  },
};

function crash(house: House, power: boolean): boolean {
  if (!house.runs) return false;
  house.crash(power);
  return true;
}
