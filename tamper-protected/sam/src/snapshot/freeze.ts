// SPDX-License-Identifier: Apache-2.0
// All that memory holds at one moment, written out while the service goes on. Tables and what is open are as they were at that moment. What
// only ever names an event (outcomes, tickets, operations that are over, milestones) may be a little newer: the records that made it so are durable
// before the snapshot counts, and taking them in again says the same.
import { fromHex } from '@sigillo/standards/bytes';
import type { Places } from '../journal/places.ts';
import type { Memory, OpenOperation } from '../memory.ts';
import type { FrozenRows } from '../records/paged-rows.ts';
import type { RowIndex } from '../records/row-index.ts';
import { TABLE_NAMES } from '../records/tables.ts';
import type { Chunk, ChunkKind } from './chunks.ts';
import {
  clientItem,
  type HeadItem,
  headItem,
  type OpenItem,
  openItem,
  outcomeItem,
  payloadsOf,
  payloadsOfNumbers,
  pastItem,
  reservedItem,
  ticketItem,
  waitingItem,
} from './items.ts';
import { encode } from '@sigillo/doors/schema';

export interface Frozen {
  readonly rows: readonly number[];
  chunks(head: HeadItem): Generator<Chunk>;
  /** Lets go of the moment. */
  end(): void;
}

export function freeze(memory: Memory, index: RowIndex, places: Places): Frozen {
  const tables: [ChunkKind, FrozenRows][] = TABLE_NAMES.map((table) => [table, index.tables[table].freeze()]);
  tables.push(['order', memory.signers.orders.freeze()]);
  const open = [...memory.open.values()].map(openToItem);
  const waiting = [...memory.waitingEnrolments];
  const reserved = [...memory.reservedPasskeys];
  const recent = [...memory.recent.numbers()];
  function* rest(head: HeadItem): Generator<[ChunkKind, Generator<Uint8Array>]> {
    yield ['places', payloadsOfNumbers(numbersOfPlaces(places, head.group))];
    yield ['open', payloadsOf(openItem, open)];
    yield ['waiting', payloadsOf(waitingItem, waiting.map(waitingToItem))];
    yield ['reserved', payloadsOf(reservedItem, reserved.map(([id, enrolment]) => ({ credentialId: fromHex(id), enrolment: fromHex(enrolment) })))];
    yield ['recent', payloadsOfNumbers(recent)];
    yield ['outcomes', payloadsOf(outcomeItem, outcomes(memory))];
    yield ['tickets', payloadsOf(ticketItem, tickets(memory))];
    // After them: what was forgotten meanwhile is in it.
    yield ['forgotten', payloadsOfNumbers(forgotten(memory))];
    yield ['past', payloadsOf(pastItem, past(memory))];
    yield ['clients', payloadsOf(clientItem, memory.signers.clients())];
    yield ['pairs', payloadsOfNumbers(memory.signers.pairs())];
    yield ['milestones', payloadsOfNumbers(memory.signers.milestones())];
  }
  return {
    rows: tables.map(([, rows]) => rows.count),
    *chunks(head) {
      yield { kind: 'head', payload: encode(headItem, head) };
      for (const [kind, rows] of tables)
        for (let payload = rows.page(); payload !== undefined; payload = rows.page()) yield { kind, payload };
      for (const [kind, payloads] of rest(head)) for (const payload of payloads) yield { kind, payload };
      yield { kind: 'end', payload: new Uint8Array(0) };
    },
    end: () => tables.forEach(([, rows]) => rows.end()),
  };
}

function openToItem({ record, signerId, keyId, clientId, operation, detail, executing, released: out, end }: OpenOperation): OpenItem {
  return { record, signerId, keyId, clientId, operation, detail, executing: [...executing], released: [...out], end: end ?? null };
}

function waitingToItem([enrolment, { state, orderId, keyId, approvalsUntil }]: [
  string,
  { readonly state: string; readonly orderId: string | undefined; readonly keyId: string | undefined; readonly approvalsUntil: number },
]) {
  const idOf = (hex: string | undefined): Uint8Array | null => (hex === undefined ? null : fromHex(hex));
  return { enrolment: fromHex(enrolment), state, orderId: idOf(orderId), keyId: idOf(keyId), approvalsUntil };
}

/** Of all groups before this one: from there on they are read at start. */
function* numbersOfPlaces(places: Places, end: number): Generator<number> {
  for (const { group, firstRecord, place } of places) {
    if (group >= end) return;
    yield group;
    yield firstRecord;
    yield place;
  }
}

function* outcomes(memory: Memory) {
  for (const [operation, outcome] of memory.outcomes) yield { operation: fromHex(operation), ...outcome };
}

function* tickets(memory: Memory) {
  for (const [ticketId, expires] of memory.approvedTickets.entries()) yield { ticketId, expires };
}

function* forgotten(memory: Memory) {
  yield memory.approvedTickets.forgottenUntil;
}

function* past(memory: Memory) {
  for (const [handle, { authorised, calls, end, until }] of memory.past)
    yield {
      handle: fromHex(handle),
      authorised,
      calls: [...calls].map(([call, record]) => ({ call: fromHex(call), record })),
      end: end ?? null,
      until,
    };
}
