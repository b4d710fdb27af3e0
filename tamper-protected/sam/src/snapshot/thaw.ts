// SPDX-License-Identifier: Apache-2.0
// Puts memory together from the chunks of a snapshot. Whatever does not fit makes the whole of it unusable.
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { Places } from '../journal/places.ts';
import type { ResumePoint } from '../journal/scan.ts';
import type { Memory, OpenOperation } from '../memory.ts';
import type { IdTable } from '../records/id-table.ts';
import type { RowIndex } from '../records/row-index.ts';
import { TABLE_NAMES } from '../records/tables.ts';
import { type Chunk, SnapshotDamaged } from './chunks.ts';
import {
  clientItem,
  type HeadItem,
  headItem,
  itemsOf,
  numbersOf,
  type OpenItem,
  openItem,
  outcomeItem,
  pastItem,
  reservedItem,
  ticketItem,
  waitingItem,
} from './items.ts';

export interface Thawed {
  readonly resume: ResumePoint;
  readonly places: Places;
}

export function thaw(chunks: Iterable<Chunk>, memory: Memory, index: RowIndex): Thawed {
  const places = new Places();
  let head: HeadItem | undefined;
  for (const { kind, payload } of chunks) {
    if (kind === 'head') head = readHead(payload, memory);
    else if (head === undefined) throw new SnapshotDamaged('no head');
    else thawPart({ kind, payload }, memory, index, places);
  }
  if (head === undefined) throw new SnapshotDamaged('no head');
  const tables: IdTable[] = [...TABLE_NAMES.map((table) => index.tables[table]), memory.signers.orders];
  for (const [i, table] of tables.entries()) {
    if (table.rows.count !== head.rows[i]) throw new SnapshotDamaged(`rows of table ${i}`);
    table.enterAll();
  }
  const { record, recordHash, group, groupMac, place } = head;
  return { resume: { record, recordHash, group, groupMac, place }, places };
}

function readHead(payload: Uint8Array, memory: Memory): HeadItem {
  const head = decode(headItem, payload.slice());
  if (toHex(head.byteOrder) !== toHex(BYTE_ORDER)) throw new SnapshotDamaged('made by a machine of another byte order');
  memory.epoch = head.epoch;
  memory.genesis = head.genesis;
  return head;
}

export const BYTE_ORDER: Uint8Array = new Uint8Array(new Uint32Array([0x01020304]).buffer);

function thawPart({ kind, payload }: Chunk, memory: Memory, index: RowIndex, places: Places): void {
  switch (kind) {
    case 'signer':
    case 'authenticator':
    case 'signing_key':
    case 'client':
    case 'officer':
    case 'enrolment':
      return index.tables[kind].rows.addPage(payload);
    case 'order':
      return memory.signers.orders.rows.addPage(payload);
    case 'places':
      return thawPlaces(numbersOf(payload), places);
    case 'outcomes':
      for (const { operation, ...outcome } of itemsOf(outcomeItem, payload)) memory.outcomes.set(toHex(operation), outcome);
      return;
    case 'tickets':
      for (const { ticketId, expires } of itemsOf(ticketItem, payload)) memory.approvedTickets.add(ticketId, expires);
      return;
    case 'open':
      for (const item of itemsOf(openItem, payload)) memory.open.set(toHex(item.detail.handle), openOf(item));
      return;
    case 'forgotten':
      for (const expires of numbersOf(payload)) memory.approvedTickets.forgotUntil(expires);
      return;
    case 'past':
      for (const { handle, calls, end, ...item } of itemsOf(pastItem, payload))
        memory.past.set(toHex(handle), {
          ...item,
          calls: new Map(calls.map(({ call, record }) => [toHex(call), record])),
          end: end ?? undefined,
        });
      return;
    case 'waiting':
      for (const { enrolment, orderId, keyId, ...item } of itemsOf(waitingItem, payload))
        memory.waitingEnrolments.set(toHex(enrolment), { ...item, orderId: hexOf(orderId), keyId: hexOf(keyId) });
      return;
    case 'reserved':
      for (const { credentialId, enrolment } of itemsOf(reservedItem, payload))
        memory.reservedPasskeys.set(toHex(credentialId), toHex(enrolment));
      return;
    case 'recent':
      for (const number of numbersOf(payload)) memory.recent.addNumber(number);
      return;
    case 'clients':
      for (const { clientId } of itemsOf(clientItem, payload)) memory.signers.addClient(clientId);
      return;
    case 'pairs':
      return memory.signers.addPairs(numbersOf(payload));
    case 'milestones':
      return memory.signers.addMilestones(numbersOf(payload));
    case 'head':
    case 'end':
      throw new SnapshotDamaged(`a second ${kind}`);
  }
}

function thawPlaces(numbers: Float64Array, places: Places): void {
  if (numbers.length % 3 !== 0) throw new SnapshotDamaged('places end early');
  for (let i = 0; i < numbers.length; i += 3) places.add({ group: numbers[i]!, firstRecord: numbers[i + 1]!, place: numbers[i + 2]! });
}

function openOf({ executing, released, end, ...operation }: OpenItem): OpenOperation {
  return { ...operation, executing: new Set(executing), released: new Set(released), end: end ?? undefined };
}

function hexOf(id: Uint8Array | null): string | undefined {
  return id === null ? undefined : toHex(id);
}
