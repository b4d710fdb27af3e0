// SPDX-License-Identifier: Apache-2.0
// What memory keeps for a while, item by item, as a snapshot spells it.
import { decode, encode, map, array, nullable, oneOf, type Schema, text, uint, bytesUpTo, type ValueOf } from '@sigillo/doors/schema';
import { bytes32, id, LIST_MAX, OUTCOME_STATES } from '@sigillo/doors/sap';
import { concat } from '@sigillo/standards/bytes';
import { authorisedDetail, genesisDetail } from '../journal/details.ts';
import { SnapshotDamaged } from './chunks.ts';

const PAYLOAD_BYTES = 262_144;
const indices = array(uint(LIST_MAX - 1), LIST_MAX);

export const headItem = map({
  record: { key: 1, of: uint(), what: 'number of the last record that is in the snapshot' },
  recordHash: { key: 2, of: bytes32, what: 'SHA-256 of it' },
  group: { key: 3, of: uint(), what: 'number of its group' },
  groupMac: { key: 4, of: bytes32, what: 'MAC of its group' },
  place: { key: 5, of: uint(), what: 'segment and offset of its group' },
  epoch: { key: 6, of: uint(), what: 'how often the SAM had started' },
  genesis: { key: 7, of: genesisDetail, what: 'which deployment this is' },
  rows: { key: 8, of: array(uint(), 16), what: 'how many rows each table has, in the order of the chunks' },
  byteOrder: { key: 9, of: bytesUpTo(4, 4), what: '0x01020304 as this machine keeps it: pages are its own words' },
});
export type HeadItem = ValueOf<typeof headItem>;

export const outcomeItem = map({
  operation: { key: 1, of: bytes32, what: 'challenge of the operation' },
  state: { key: 2, of: oneOf(...OUTCOME_STATES), what: 'how it stands' },
  code: { key: 3, of: text(64), what: 'refusal code, empty where there is none' },
  record: { key: 4, of: uint(), what: 'that said so' },
  until: { key: 5, of: uint(), what: 'how long it is told' },
});

export const ticketItem = map({
  ticketId: { key: 1, of: text(128), what: 'that was approved' },
  expires: { key: 2, of: uint(), what: 'its end' },
});

const operation = {
  signerId: { key: 1, of: id, what: 'whose' },
  keyId: { key: 2, of: id, what: 'the signing key' },
  clientId: { key: 3, of: text(255), what: 'the application' },
  operation: { key: 4, of: bytes32, what: 'its challenge' },
  detail: { key: 5, of: authorisedDetail, what: 'what was approved' },
};

const end = {
  of: nullable(
    map({
      event: { key: 1, of: oneOf('unused', 'spent', 'indeterminate'), what: 'how it ended so far' },
      code: { key: 2, of: text(64), what: 'why' },
    }),
  ),
  what: 'the worst end so far',
};

export const openItem = map({
  ...operation,
  executing: { key: 6, of: indices, what: 'items that are executing' },
  released: { key: 7, of: indices, what: 'items that went out' },
  end: { key: 8, ...end },
  record: { key: 9, of: uint(), what: 'that approved it' },
});
export type OpenItem = ValueOf<typeof openItem>;

export const pastItem = map({
  handle: { key: 1, of: bytes32, what: 'of the operation' },
  authorised: { key: 2, of: uint(), what: 'record that approved it' },
  calls: {
    key: 3,
    of: array(
      map({
        call: { key: 1, of: bytes32, what: 'SHA-256 of the ordered list of the call' },
        record: { key: 2, of: uint(), what: 'that has its signatures' },
      }),
      LIST_MAX,
    ),
    what: 'calls that went out',
  },
  end: { key: 4, ...end },
  until: { key: 5, of: uint(), what: 'how long it is told' },
});

export const waitingItem = map({
  enrolment: { key: 1, of: bytes32, what: 'SHA-256 of (a)' },
  state: { key: 2, of: text(32), what: 'what it waits for' },
  orderId: { key: 3, of: nullable(id), what: 'of the order to the CA' },
  keyId: { key: 4, of: nullable(id), what: 'the key that was made' },
  approvalsUntil: { key: 5, of: uint(), what: 'how long officers may approve' },
});

export const reservedItem = map({
  credentialId: { key: 1, of: bytesUpTo(1023, 1), what: 'of the passkey' },
  enrolment: { key: 2, of: bytes32, what: 'that it was confirmed with' },
});

export const clientItem = map({ clientId: { key: 1, of: text(255), what: 'that some signer allowed once' } });

/** Payloads of items, each with its length in front. */
export function* payloadsOf<T>(schema: Schema<T>, items: Iterable<T>): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for (const item of items) {
    const encoded = encode(schema, item);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, encoded.length);
    parts.push(length, encoded);
    bytes += 4 + encoded.length;
    if (bytes < PAYLOAD_BYTES) continue;
    yield concat(...parts);
    parts = [];
    bytes = 0;
  }
  if (bytes > 0) yield concat(...parts);
}

/** Items keep nothing of the payload's memory. */
export function* itemsOf<T>(schema: Schema<T>, payload: Uint8Array): Generator<T> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  for (let at = 0; at < payload.length;) {
    if (payload.length - at < 4) throw new SnapshotDamaged('items end early');
    const end = at + 4 + view.getUint32(at);
    if (end > payload.length) throw new SnapshotDamaged('an item ends early');
    yield decode(schema, payload.slice(at + 4, end));
    at = end;
  }
}

/** Payloads of plain numbers, eight bytes each. */
export function* payloadsOfNumbers(numbers: Iterable<number>): Generator<Uint8Array> {
  const batch = new Float64Array(PAYLOAD_BYTES / 8);
  let count = 0;
  for (const number of numbers) {
    batch[count++] = number;
    if (count < batch.length) continue;
    yield new Uint8Array(batch.slice().buffer);
    count = 0;
  }
  if (count > 0) yield new Uint8Array(batch.slice(0, count).buffer);
}

export function numbersOf(payload: Uint8Array): Float64Array {
  if (payload.length % 8 !== 0) throw new SnapshotDamaged('numbers end early');
  return new Float64Array(payload.slice().buffer);
}
