// SPDX-License-Identifier: Apache-2.0
// I9: what only rises, in the order of the durable records.
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { authorisedDetail } from '../../../src/journal/details.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import type { Life } from '../schedule.ts';
import { holds } from '../violation.ts';

export class Counters {
  readonly #versions = new Map<string, number>();
  readonly #signCounts = new Map<string, number>();
  /** Records of the history of each signer. */
  readonly histories: Map<string, JournalRecord[]> = new Map();
  starts = 0;
  #operationNumbers = new Set<number>();
  #highest = 0;
  #floor: { readonly life: Life; readonly number: number } | undefined;

  take(record: JournalRecord): void {
    if (record.event === 'started') this.starts += 1;
    for (const { table, id, version } of record.rows) {
      const key = `${table} ${toHex(id)}`;
      holds('I9', version === (this.#versions.get(key) ?? 0) + 1, `record ${record.number} has version ${version} of ${table}`);
      this.#versions.set(key, version);
    }
    if (record.entry > 0) this.#entry(record);
    if (record.event === 'authorised') this.#signCount(record);
  }

  entriesOf(signerId: Uint8Array): readonly JournalRecord[] {
    return this.histories.get(toHex(signerId)) ?? [];
  }

  /** The number of an intent: never used before, and above all those of earlier lives. */
  operationNumber(number: number, life: Life): void {
    if (this.#floor?.life !== life) this.#floor = { life, number: this.#highest };
    holds('I9', !this.#operationNumbers.has(number), `operation number ${number} came before`);
    holds('I9', number > this.#floor.number, `operation number ${number} is below those of earlier starts`);
    this.#operationNumbers.add(number);
    this.#highest = Math.max(this.#highest, number);
  }

  #entry(record: JournalRecord): void {
    const key = toHex(record.signerId!);
    const entries = this.histories.get(key) ?? [];
    holds('I9', record.entry === entries.length + 1, `record ${record.number} is entry ${record.entry} after entry ${entries.length}`);
    entries.push(record);
    this.histories.set(key, entries);
  }

  #signCount(record: JournalRecord): void {
    const { authenticator, signCount } = decode(authorisedDetail, record.detail);
    const key = toHex(authenticator);
    const last = this.#signCounts.get(key) ?? 0;
    holds('I9', signCount > last || (signCount === 0 && last === 0), `record ${record.number} takes sign count ${signCount} after ${last}`);
    this.#signCounts.set(key, signCount);
  }
}
