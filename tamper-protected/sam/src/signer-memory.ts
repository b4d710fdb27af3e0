// SPDX-License-Identifier: Apache-2.0
// What memory keeps of each signer, beside the index's own words and in the same rows: keys and passkeys as chains through their rows, how
// long the history is and where its newest entry stands, which clients were allowed once. An entry's record names the one before, so a
// history of any length costs a few words; every 128th is kept, so that no question walks further than that.
import { type HashSeed } from './records/seeded-hash.ts';
import { IdTable, NO_ROW } from './records/id-table.ts';
import { MORE, type RowIndex } from './records/row-index.ts';

const SIGNER = { newestEntry: MORE, entries: MORE + 2, newestKey: MORE + 3, newestPasskey: MORE + 4, clients: MORE + 5 } as const;
const PASSKEY = { signCount: MORE, lastUsed: MORE + 1, previous: MORE + 2 } as const;
const KEY = { lastUsed: MORE, previous: MORE + 1 } as const;

export const ENTRIES_PER_MILESTONE = 128;
/** Clients of whom a signer's row has a bit; the rest is kept in pairs. */
const CLIENT_BITS = 32;
const CLIENTS = 2 ** 20;

/** An entry of a history, and the record that is it. */
export interface EntryAt {
  readonly entry: number;
  readonly record: number;
}

export interface SignerMemory {
  /** Oldest first. */
  readonly keys: readonly Uint8Array[];
  readonly authenticators: readonly Uint8Array[];
  /** How many entries the history has. */
  readonly entries: number;
  hasAllowed(clientId: string): boolean;
}

/** Of a signer whom no record names. */
const NOBODY: SignerMemory = Object.freeze({ keys: [], authenticators: [], entries: 0, hasAllowed: () => false });

export class Signers {
  readonly #index: RowIndex;
  /** Order id → row of the enrolment. */
  readonly orders: IdTable;
  readonly #clients = new Map<string, number>();
  readonly #pairs = new Set<number>();
  readonly #milestones = new Map<number, number[]>();

  constructor(index: RowIndex) {
    this.#index = index;
    this.orders = newOrders(index.seed);
  }

  /** What is known of a signer; whoever asks for an id that nobody has leaves nothing behind. */
  of(signerId: Uint8Array): SignerMemory {
    const { signer, signing_key, authenticator } = this.#index.tables;
    const row = signer.find(signerId);
    if (row === NO_ROW) return NOBODY;
    const { rows } = signer;
    const hasAllowed = (clientId: string): boolean => this.#hasAllowed(row, clientId);
    return {
      get keys() {
        return chain(signing_key, rows.word(row, SIGNER.newestKey), KEY.previous);
      },
      get authenticators() {
        return chain(authenticator, rows.word(row, SIGNER.newestPasskey), PASSKEY.previous);
      },
      entries: rows.word(row, SIGNER.entries),
      hasAllowed,
    };
  }

  addKey(signerId: Uint8Array, keyRow: number): void {
    this.#link(signerId, SIGNER.newestKey, this.#index.tables.signing_key, keyRow, KEY.previous);
  }

  addPasskey(signerId: Uint8Array, passkeyRow: number): void {
    this.#link(signerId, SIGNER.newestPasskey, this.#index.tables.authenticator, passkeyRow, PASSKEY.previous);
  }

  addEntry(signerId: Uint8Array, { entry, record }: EntryAt): void {
    const { signer } = this.#index.tables;
    const row = signer.findOrAdd(signerId);
    signer.rows.setNumber(row, SIGNER.newestEntry, record);
    signer.rows.setWord(row, SIGNER.entries, entry);
    if (entry % ENTRIES_PER_MILESTONE === 0) this.#addMilestone(row, entry / ENTRIES_PER_MILESTONE - 1, record);
  }

  /** The newest entry; 0 and 0 where there is none. */
  newestEntry(signerId: Uint8Array): EntryAt {
    const { signer } = this.#index.tables;
    const row = signer.find(signerId);
    if (row === NO_ROW) return { entry: 0, record: 0 };
    return { entry: signer.rows.word(row, SIGNER.entries), record: signer.rows.number(row, SIGNER.newestEntry) };
  }

  /** The entry with this number, or one a little newer from which the records lead to it. */
  entryFrom(signerId: Uint8Array, wanted: number): EntryAt {
    const newest = this.newestEntry(signerId);
    if (wanted < 1) return { entry: 0, record: 0 };
    const milestone = Math.ceil(wanted / ENTRIES_PER_MILESTONE);
    const entry = milestone * ENTRIES_PER_MILESTONE;
    if (entry >= newest.entry) return newest;
    return { entry, record: this.#milestones.get(this.#index.tables.signer.find(signerId))![milestone - 1]! };
  }

  allow(signerId: Uint8Array, clientId: string): void {
    const { signer } = this.#index.tables;
    const row = signer.findOrAdd(signerId);
    const number = this.#clients.get(clientId) ?? this.#clients.size;
    this.#clients.set(clientId, number);
    if (number >= CLIENT_BITS) this.#pairs.add(row * CLIENTS + number);
    else signer.rows.setWord(row, SIGNER.clients, signer.rows.word(row, SIGNER.clients) | (1 << number));
  }

  signCount(passkey: Uint8Array): number {
    const { authenticator } = this.#index.tables;
    const row = authenticator.find(passkey);
    return row === NO_ROW ? 0 : authenticator.rows.word(row, PASSKEY.signCount);
  }

  usedPasskey(passkey: Uint8Array, signCount: number, seconds: number): void {
    const { authenticator } = this.#index.tables;
    const row = authenticator.find(passkey);
    if (row === NO_ROW) return;
    authenticator.rows.setWord(row, PASSKEY.signCount, signCount);
    authenticator.rows.setWord(row, PASSKEY.lastUsed, seconds);
  }

  usedKey(keyId: Uint8Array, seconds: number): void {
    const { signing_key } = this.#index.tables;
    const row = signing_key.find(keyId);
    if (row !== NO_ROW) signing_key.rows.setWord(row, KEY.lastUsed, seconds);
  }

  /** Seconds, or null where it never was used. */
  passkeyLastUsed(passkey: Uint8Array): number | null {
    return lastUsed(this.#index.tables.authenticator, passkey, PASSKEY.lastUsed);
  }

  keyLastUsed(keyId: Uint8Array): number | null {
    return lastUsed(this.#index.tables.signing_key, keyId, KEY.lastUsed);
  }

  addOrder(orderId: Uint8Array, enrolmentRow: number): void {
    this.orders.rows.setWord(this.orders.findOrAdd(orderId), 0, enrolmentRow);
  }

  /** The enrolment that an order was made for. */
  enrolmentOf(orderId: Uint8Array): Uint8Array | undefined {
    const row = this.orders.find(orderId);
    return row === NO_ROW ? undefined : this.#index.tables.enrolment.id(this.orders.rows.word(row, 0));
  }

  /** Clients whom some signer allowed once, in the order of their numbers. */
  *clients(): Generator<{ readonly clientId: string }> {
    for (const clientId of this.#clients.keys()) yield { clientId };
  }

  addClient(clientId: string): void {
    this.#clients.set(clientId, this.#clients.size);
  }

  /** Signers and clients beyond the bits of a row, each pair one number. */
  pairs(): Iterable<number> {
    return this.#pairs;
  }

  addPairs(pairs: Iterable<number>): void {
    for (const pair of pairs) this.#pairs.add(pair);
  }

  /** Row of the signer, which milestone, its record; and so on. */
  *milestones(): Generator<number> {
    for (const [row, records] of this.#milestones)
      for (const [i, record] of records.entries()) {
        yield row;
        yield i;
        yield record;
      }
  }

  addMilestones(numbers: Float64Array): void {
    for (let at = 0; at < numbers.length; at += 3) this.#addMilestone(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!);
  }

  #addMilestone(row: number, i: number, record: number): void {
    const milestones = this.#milestones.get(row) ?? [];
    milestones[i] = record;
    this.#milestones.set(row, milestones);
  }

  #hasAllowed(row: number, clientId: string): boolean {
    const number = this.#clients.get(clientId);
    if (number === undefined) return false;
    if (number >= CLIENT_BITS) return this.#pairs.has(row * CLIENTS + number);
    return (this.#index.tables.signer.rows.word(row, SIGNER.clients) & (1 << number)) !== 0;
  }

  /** Puts a row at the new end of a signer's chain; links are row numbers plus 1. */
  #link(signerId: Uint8Array, newestAt: number, table: IdTable, row: number, previousAt: number): void {
    const { signer } = this.#index.tables;
    const signerRow = signer.findOrAdd(signerId);
    table.rows.setWord(row, previousAt, signer.rows.word(signerRow, newestAt));
    signer.rows.setWord(signerRow, newestAt, row + 1);
  }
}

function newOrders(seed: HashSeed): IdTable {
  return new IdTable(seed, 1, 16);
}

function chain(table: IdTable, newest: number, previousAt: number): Uint8Array[] {
  const ids: Uint8Array[] = [];
  for (let link = newest; link !== 0; link = table.rows.word(link - 1, previousAt)) ids.push(table.id(link - 1));
  return ids.reverse();
}

function lastUsed(table: IdTable, id: Uint8Array, at: number): number | null {
  const row = table.find(id);
  return row === NO_ROW ? null : table.rows.word(row, at) || null;
}
