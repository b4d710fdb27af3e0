// SPDX-License-Identifier: Apache-2.0
// PostgreSQL in memory, as far as the SAM knocks at it, and its administrator. A call is done, or not done, or done although it failed; what
// was under way when the SAM ended may still be done later.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import type { CopiedGroup, Database, StoredRow } from '../../src/database.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Life, Schedule } from './schedule.ts';

export interface Tables {
  readonly rows: Map<string, StoredRow>;
  readonly subjectKeys: Map<string, Uint8Array>;
  readonly copy: Map<number, CopiedGroup>;
  stateKey: Uint8Array | undefined;
}

/** Tables as they were; with them comes back whatever was forged in them. */
export interface OlderTables extends Tables {
  readonly copyForged: boolean;
}

interface Query<T> {
  readonly label: string;
  readonly writes: boolean;
  readonly run: (tables: Tables) => T;
}

export const keyOf = (table: string, id: Uint8Array): string => `${table} ${toHex(id)}`;

/** How the SAM's own driver says that it failed, and that it found a group which the SAM did not write. */
export interface DatabaseFailures {
  readonly away: () => Error;
  readonly foreign: () => Error;
}

export class SimulatedDatabase {
  tables: Tables;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #dice: Dice;
  readonly #failures: DatabaseFailures;
  #underWay: { readonly label: string; readonly run: () => void }[] = [];
  away = false;
  /** Somebody wrote groups into the copy that no SAM wrote. */
  copyForged = false;
  /** Groups were taken out of the copy since the SAM began to start. */
  copyTouched = false;
  /** Is shown every group that the SAM puts into the copy. */
  copied: (group: CopiedGroup) => void = () => undefined;

  constructor(tables: Tables, parts: { readonly schedule: Schedule; readonly faults: Faults; readonly dice: Dice }, failures: DatabaseFailures) {
    this.tables = cloneOf(tables);
    this.#schedule = parts.schedule;
    this.#faults = parts.faults;
    this.#dice = parts.dice;
    this.#failures = failures;
  }

  /** What is under way when the SAM ends: the server has it or not, and takes its time. */
  crash(): void {
    for (const { label, run } of this.#underWay.splice(0)) {
      if (this.#faults.quiet || this.#dice.chance(0.5)) continue;
      if (this.#faults.may('database_done_later')) {
        this.#faults.count('database_done_later');
        this.#schedule.soon(`database: ${label}, of a SAM that has ended`, run, undefined, 200);
      } else run();
    }
  }

  forLife(life: Life): Database {
    const ask = <T>(label: string, writes: boolean, run: (tables: Tables) => T): Promise<T> => this.#ask({ label, writes, run }, life);
    return {
      getRow: (table, id) => ask(`get ${table}`, false, ({ rows }) => rows.get(keyOf(table, id))),
      rowVersions: (table, ids) =>
        ask(`versions of ${table}`, false, ({ rows }) =>
          ids.flatMap((id) => {
            const row = rows.get(keyOf(table, id));
            return row === undefined ? [] : [{ id, version: row.version }];
          }),
        ),
      putRow: ({ table, id, version, body, mac }) =>
        ask(`put ${table}`, true, ({ rows }) => void rows.set(keyOf(table, id), { version, body: new Uint8Array(body), mac: new Uint8Array(mac) })),
      getSubjectKey: (signerId) => ask('get subject key', false, ({ subjectKeys }) => subjectKeys.get(toHex(signerId))),
      putSubjectKey: (signerId, wrapped) =>
        ask('put subject key', true, ({ subjectKeys }) => {
          if (subjectKeys.has(toHex(signerId))) throw this.#failures.away();
          subjectKeys.set(toHex(signerId), new Uint8Array(wrapped));
        }),
      getStateKey: () => ask('get state key', false, ({ stateKey }) => stateKey),
      putStateKey: (sealed) => ask('put state key', true, (tables) => void (tables.stateKey = new Uint8Array(sealed))),
      copySize: () => ask('copy size', false, ({ copy }) => ({ count: copy.size, highest: Math.max(0, ...copy.keys()) })),
      copyGroup: (number) => ask('copy group', false, ({ copy }) => copy.get(number)?.body),
      copyGaps: (highest) => ask('copy gaps', false, ({ copy }) => gapsIn(copy, highest)),
      putGroups: (groups) => {
        const kept = groups.map((group) => ({ ...group, body: new Uint8Array(group.body) }));
        return ask(`copy ${groups.length} groups`, true, ({ copy }) => this.#put(copy, kept));
      },
      close: () => Promise.resolve(),
    };
  }

  /** The tables as they are now, for whoever brings them back later. */
  snapshot(): OlderTables {
    return { ...cloneOf(this.tables), copyForged: this.copyForged };
  }

  #put(copy: Map<number, CopiedGroup>, groups: readonly CopiedGroup[]): void {
    for (const group of groups) {
      this.copied(group);
      const there = copy.get(group.number);
      if (there === undefined) copy.set(group.number, group);
      else if (Buffer.compare(there.body, group.body) !== 0) throw this.#failures.foreign();
    }
  }

  #ask<T>({ label, writes, run }: Query<T>, life: Life): Promise<T> {
    return new Promise((resolve, reject) => {
      const unheard = (): void => {
        try {
          run(this.tables);
        } catch (cause) {
          // The server refused, and whoever asked does not hear of it.
          this.#schedule.say(`database: ${label} refused: ${String(cause)}`);
        }
      };
      const pending = { label, run: unheard };
      if (writes) this.#underWay.push(pending);
      const mostMs = this.#faults.strikes('database_slow', 0.02) ? 5000 : 15;
      this.#schedule.soon(
        `database: ${label}`,
        () => {
          this.#underWay = this.#underWay.filter((other) => other !== pending);
          if (this.away || this.#faults.strikes('database_not_done', 0.01)) return this.#fails(label, 'not done', reject);
          if (writes && this.#faults.strikes('database_done_but_failed', 0.02)) {
            unheard();
            return this.#fails(label, 'done', reject);
          }
          try {
            resolve(run(this.tables));
          } catch (cause) {
            reject(cause);
          }
        },
        life,
        mostMs,
      );
    });
  }

  #fails(label: string, how: string, reject: (cause: Error) => void): void {
    this.#schedule.say(`database: ${label} failed, ${how}`);
    reject(this.#failures.away());
  }
}

function gapsIn(copy: ReadonlyMap<number, CopiedGroup>, highest: number): number[] {
  const gaps: number[] = [];
  for (let number = 1; number <= highest; number++) if (!copy.has(number)) gaps.push(number);
  return gaps;
}

function cloneOf({ rows, subjectKeys, copy, stateKey }: Tables): Tables {
  return { rows: new Map(rows), subjectKeys: new Map(subjectKeys), copy: new Map(copy), stateKey };
}

/** Whether two rows are the same to the byte. */
export function sameRow(a: StoredRow | undefined, b: StoredRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.version === b.version && sameBytes(a.body, b.body) && sameBytes(a.mac, b.mac);
}
