// SPDX-License-Identifier: Apache-2.0
// All that the SAM knows by heart, made of the journal alone: the same function takes in a record at start and when it is written. The
// database could not change a word of it. Bytes of records are copied, so that a segment read at start can be let go.
import { decode } from '@sigillo/doors/schema';
import { type HistoryEntry, HISTORY_EVENTS, type OutcomeStatement } from '@sigillo/doors/sap';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { ApprovedTickets } from './approved-tickets.ts';
import {
  authorisedDetail,
  type AuthorisedDetail,
  endedDetail,
  executingDetail,
  genesisDetail,
  type GenesisDetail,
  rebuiltDetail,
  releasedDetail,
} from './journal/details.ts';
import type { JournalEvent, JournalRecord, JournalRow } from './journal/record.ts';
import { RecentRows } from './records/recent-rows.ts';
import type { RowIndex } from './records/row-index.ts';
import type { RowMac } from './records/row-mac.ts';
import { authenticatorRow, ENROLMENTS_PENDING, enrolmentRow, signingKeyRow, type TableName } from './records/tables.ts';
import { type SignerMemory, Signers } from './signer-memory.ts';

/** How long a released call is repeated; how an operation ended is told twice as long. */
export const REPEAT_SECONDS = 600;
/** Operations that are over and still told of: more than so many, and the oldest are forgotten. A handle that is forgotten signs nothing either. */
const PAST_MAX = 200_000;
/** By the time of records: how often a long journal that is read lets go of what is over. */
const SWEEP_SECONDS = 60;
/** More starts than a journal can have lost: the SAM that goes on is the later one for sure. */
const EPOCHS_PER_REBUILD = 1000;
const OUTCOMES_MAX = 60_000;

const IN_HISTORY: ReadonlySet<string> = new Set(HISTORY_EVENTS);

export interface Outcome {
  readonly state: OutcomeStatement['state'];
  readonly code: string;
  readonly record: number;
  readonly until: number;
}

/** An operation that has not ended, or of which a call under way has not. */
export interface OpenOperation {
  /** The record that approved it. */
  readonly record: number;
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly clientId: string;
  readonly operation: Uint8Array;
  readonly detail: AuthorisedDetail;
  readonly executing: Set<number>;
  readonly released: Set<number>;
  /** The worst end that was written so far. It is the last word only when no item is executing any more. */
  end: { readonly event: EndEvent; readonly code: string } | undefined;
}

type EndEvent = 'unused' | 'spent' | 'indeterminate';
const END_EVENTS: readonly EndEvent[] = ['unused', 'spent', 'indeterminate'];

/** What is told to whoever comes with the handle once more. All else about it stands in the journal. */
export interface PastOperation {
  /** The record that approved it. */
  readonly authorised: number;
  /** Of each call that went out, by the hash of its ordered list: the record with the signatures. */
  readonly calls: Map<string, number>;
  /** Why the rest of it signs nothing any more; undefined where all of it went out, or still may. */
  end: OpenOperation['end'];
  until: number;
}

export class Memory {
  readonly #index: RowIndex;
  readonly #mac: RowMac;
  readonly signers: Signers;
  readonly outcomes: Map<string, Outcome> = new Map();
  readonly approvedTickets: ApprovedTickets = new ApprovedTickets();
  readonly open: Map<string, OpenOperation> = new Map();
  /** By handle. */
  readonly past: Map<string, PastOperation> = new Map();
  /** Enrolments that still wait for someone, by the SHA-256 of (a); those whose certificate is to be revoked wait again. */
  readonly waitingEnrolments: Map<
    string,
    { readonly state: string; readonly orderId: string | undefined; readonly keyId: string | undefined; readonly approvalsUntil: number }
  > = new Map();
  /** Credential ids of the passkeys with which they were confirmed, each with its enrolment. */
  readonly reservedPasskeys: Map<string, string> = new Map();
  readonly recent: RecentRows = new RecentRows();
  genesis: GenesisDetail | undefined;
  /** How often this SAM started: tickets and operation numbers grow with it. */
  epoch = 0;
  #nextSweep = 0;

  constructor(index: RowIndex, mac: RowMac) {
    this.#index = index;
    this.#mac = mac;
    this.signers = new Signers(index);
  }

  signer(signerId: Uint8Array): SignerMemory {
    return this.signers.of(signerId);
  }

  /** Rows that changed lately, by their keys. */
  *recentRows(): Generator<{ readonly table: TableName; readonly id: Uint8Array }> {
    for (const { table, row } of this.recent.places()) yield { table, id: this.#index.tables[table].id(row) };
  }

  /** How many enrolments wait that are not done yet. Those whose certificate is to be revoked take nobody's place. */
  enrolmentsPending(): number {
    let pending = 0;
    for (const { state } of this.waitingEnrolments.values()) if (ENROLMENTS_PENDING.has(state)) pending += 1;
    return pending;
  }

  /** The enrolment that waits for a certificate of this key. */
  enrolmentOfKey(keyId: Uint8Array): Uint8Array | undefined {
    const wanted = toHex(keyId);
    for (const [key, waiting] of this.waitingEnrolments) if (waiting.keyId === wanted) return fromHex(key);
    return undefined;
  }

  /** The number of this event in the signer's history, and the record of the entry before; 0 and 0 where it stands in none. */
  nextEntry(event: JournalEvent, signerId: Uint8Array | null): { readonly entry: number; readonly previousEntry: number } {
    if (signerId === null || !IN_HISTORY.has(event)) return { entry: 0, previousEntry: 0 };
    const { entry, record } = this.signers.newestEntry(signerId);
    return { entry: entry + 1, previousEntry: record };
  }

  apply(record: JournalRecord): void {
    for (const row of record.rows) this.#applyRow(row, record.number);
    if (record.entry !== 0) this.signers.addEntry(record.signerId!, { entry: record.entry, record: record.number });
    this.#applyEvent(record);
    if (seconds(record) < this.#nextSweep) return;
    this.#nextSweep = seconds(record) + SWEEP_SECONDS;
    this.sweep(seconds(record));
  }

  /** Forgets what nobody may ask for any more. */
  sweep(nowSeconds: number): void {
    for (const [key, outcome] of this.outcomes)
      if (outcome.until < nowSeconds || this.outcomes.size > OUTCOMES_MAX) this.outcomes.delete(key);
    for (const [key, { until }] of this.past) if (until < nowSeconds || this.past.size > PAST_MAX) this.past.delete(key);
    this.approvedTickets.sweep(nowSeconds);
  }

  #applyRow(row: JournalRow, record: number): void {
    const { table, id, version, body } = row;
    // A rebuilt journal may know a row from a later version on.
    const isNew = this.#index.version(table, id) === 0;
    const at = this.#index.set(table, id, version, this.#mac.hash({ ...row, table }), record);
    if (table === 'signing_key' && isNew) this.signers.addKey(decode(signingKeyRow, body).signerId, at);
    if (table === 'authenticator' && isNew) this.signers.addPasskey(decode(authenticatorRow, body).signerId, at);
    if (table === 'enrolment') this.#applyEnrolment(id, body, at);
    this.recent.add({ table, row: at });
  }

  #applyEnrolment(id: Uint8Array, body: Uint8Array, at: number): void {
    const { state, approvalsUntil, ...row } = decode(enrolmentRow, body);
    const key = toHex(id);
    const orderId = row.orderId === null ? undefined : toHex(row.orderId);
    const keyId = row.keyId === null ? undefined : toHex(row.keyId);
    if (row.orderId !== null) this.signers.addOrder(row.orderId, at);
    const waits = ENROLMENTS_PENDING.has(state) || state === 'revoking';
    const passkey = toHex(row.assertion.credentialId);
    if (waits && !this.reservedPasskeys.has(passkey)) this.reservedPasskeys.set(passkey, key);
    if (!waits && this.reservedPasskeys.get(passkey) === key) this.reservedPasskeys.delete(passkey);
    if (!waits) this.waitingEnrolments.delete(key);
    else this.waitingEnrolments.set(key, { state, orderId, keyId, approvalsUntil });
  }

  #applyEvent(record: JournalRecord): void {
    const { event } = record;
    switch (event) {
      case 'genesis':
        this.genesis = decode(genesisDetail, new Uint8Array(record.detail));
        return;
      case 'started':
        this.epoch += 1;
        return;
      case 'rebuilt':
        if (decode(rebuiltDetail, record.detail).part === 0) this.epoch += EPOCHS_PER_REBUILD;
        return;
      case 'authorised':
        this.#authorised(record);
        return;
      case 'executing':
        this.#executing(record);
        return;
      case 'released':
        return this.#released(record);
      case 'unused':
      case 'spent':
      case 'indeterminate':
        this.#ended(record);
        return;
      // These change rows, or nothing that memory keeps.
      case 'approved':
      case 'certificate_revoked':
      case 'enrolled':
      case 'enrolment_expired':
      case 'frozen':
      case 'key_active':
      case 'key_ordered':
      case 'order_renewed':
      case 'passkey_suspended':
      case 'proposed':
      case 'refused':
      case 'revoked':
      case 'row_bad':
      case 'row_duplicated':
      case 'row_foreign':
      case 'row_missing':
      case 'row_stale':
      case 'row_swapped':
      case 'stopped':
        return;
    }
  }

  #authorised(record: JournalRecord): void {
    const detail = decode(authorisedDetail, new Uint8Array(record.detail));
    const open: OpenOperation = {
      record: record.number,
      signerId: new Uint8Array(record.signerId!),
      keyId: new Uint8Array(record.keyId!),
      clientId: record.clientId!,
      operation: new Uint8Array(record.operation!),
      detail,
      executing: new Set(),
      released: new Set(),
      end: undefined,
    };
    this.open.set(toHex(detail.handle), open);
    this.approvedTickets.add(detail.ticketId, detail.ticketExpires);
    this.signers.usedPasskey(detail.authenticator, detail.signCount, seconds(record));
    this.signers.allow(open.signerId, open.clientId);
    this.#outcome(record, 'authorised');
  }

  #executing(record: JournalRecord): void {
    const { handle, indices } = decode(executingDetail, record.detail);
    const open = this.open.get(toHex(handle));
    for (const index of indices) open?.executing.add(index);
    this.#outcome(record, 'executing');
  }

  #released(record: JournalRecord): void {
    const { handle, call, indices } = decode(releasedDetail, record.detail);
    const key = toHex(handle);
    const open = this.open.get(key);
    if (open === undefined) return;
    for (const index of indices) open.executing.delete(index);
    for (const index of indices) open.released.add(index);
    this.signers.usedKey(open.keyId, seconds(record));
    if (open.end !== undefined) this.#close(record, key, open, open.end);
    else this.#outcome(record, 'released');
    if (open.released.size === open.detail.dtbsrs.length) this.open.delete(key);
    this.#past(key, open, seconds(record) + REPEAT_SECONDS).calls.set(toHex(call), record.number);
  }

  /** Kept until then, as the newest. */
  #past(key: string, open: OpenOperation, until: number): PastOperation {
    const past = this.past.get(key) ?? { authorised: open.record, calls: new Map<string, number>(), end: undefined, until };
    past.until = Math.max(past.until, until);
    this.past.delete(key);
    this.past.set(key, past);
    return past;
  }

  #ended(record: JournalRecord): void {
    const { handle, indices } = decode(endedDetail, record.detail);
    const key = handle === null ? '' : toHex(handle);
    const open = this.open.get(key);
    const end = { event: record.event as EndEvent, code: record.code };
    if (open === undefined) return this.#outcome(record, end.event);
    for (const index of indices) open.executing.delete(index);
    if (open.end === undefined || END_EVENTS.indexOf(open.end.event) < END_EVENTS.indexOf(end.event)) open.end = end;
    this.#past(key, open, seconds(record) + 2 * REPEAT_SECONDS).end = open.end;
    this.#close(record, key, open, open.end);
  }

  /**
   * The word about an operation that has ended, once no call is under way: a signature may go out until then. Where some items went out,
   * that stays the word unless the rest is in doubt.
   */
  #close(record: JournalRecord, key: string, open: OpenOperation, { event, code }: NonNullable<OpenOperation['end']>): void {
    if (open.executing.size > 0) return this.#outcome(record, 'executing', '');
    this.open.delete(key);
    this.#outcome(record, event !== 'indeterminate' && open.released.size > 0 ? 'released' : event, code);
  }

  #outcome(record: JournalRecord, state: Outcome['state'], code: string = record.code): void {
    if (record.operation === null) return;
    const key = toHex(record.operation);
    this.outcomes.delete(key);
    this.outcomes.set(key, { state, code, record: record.number, until: seconds(record) + 2 * REPEAT_SECONDS });
  }
}

function seconds(record: JournalRecord): number {
  return Math.floor(record.at / 1000);
}

export function isHistoryEvent(event: JournalEvent): event is HistoryEntry['event'] & JournalEvent {
  return IN_HISTORY.has(event);
}
