// SPDX-License-Identifier: Apache-2.0
// One record of the journal. All events share this frame, so that rows, histories and the chain are read without knowing every kind of
// event.
import { array, bytesUpTo, map, nullable, oneOf, text, uint, type ValueOf } from '@sigillo/doors/schema';
import { bytes32, id } from '@sigillo/doors/sap';
import { TABLE_NAMES } from '../records/tables.ts';

export const EVENTS = [
  'genesis',
  'started',
  'stopped',
  'rebuilt',
  'row_bad',
  'row_swapped',
  'row_foreign',
  'row_stale',
  'row_missing',
  'row_duplicated',
  'enrolled',
  'proposed',
  'approved',
  'key_ordered',
  'order_renewed',
  'key_active',
  'enrolment_expired',
  'authorised',
  'executing',
  'released',
  'unused',
  'spent',
  'indeterminate',
  'refused',
  'frozen',
  'revoked',
  'certificate_revoked',
  'passkey_suspended',
] as const;
export type JournalEvent = (typeof EVENTS)[number];

/** A row as of this record: the whole body, so that the database can be healed from here. */
export const journalRow = map({
  table: { key: 1, of: oneOf(...TABLE_NAMES), what: 'which table' },
  id: { key: 2, of: bytesUpTo(32, 1), what: 'primary key' },
  version: { key: 3, of: uint(), what: 'from 1, one more with each change' },
  body: { key: 4, of: bytesUpTo(131_072, 1), what: 'all columns' },
});
export type JournalRow = ValueOf<typeof journalRow>;

export const journalRecord = map({
  number: { key: 1, of: uint(), what: 'from 1, without gaps' },
  previous: { key: 2, of: bytes32, what: 'SHA-256 of the record before; zeros in the first' },
  at: { key: 3, of: uint(), what: 'SAM time, milliseconds' },
  event: { key: 4, of: oneOf(...EVENTS), what: 'what happened' },
  code: { key: 5, of: text(64), what: 'refusal code or reason, empty where there is none' },
  signerId: { key: 6, of: nullable(id), what: 'whose history it belongs to' },
  entry: { key: 7, of: uint(), what: 'number in that history, from 1; 0 where it stands in none' },
  keyId: { key: 8, of: nullable(id), what: 'the signing key' },
  clientId: { key: 9, of: nullable(text(255)), what: 'the application that asked' },
  operation: { key: 10, of: nullable(bytes32), what: 'challenge of the operation' },
  rows: { key: 11, of: array(journalRow, 1000), what: 'rows that this event made or changed' },
  detail: { key: 12, of: bytesUpTo(262_144), what: "encoding by the event's own schema, empty where it has none" },
  personal: { key: 13, of: nullable(bytesUpTo(1_048_576, 28)), what: "names and signatures, encrypted under the subject's key" },
  previousEntry: { key: 14, of: uint(), what: "number of the record that is the history's entry before; 0 in the first and outside histories" },
});
export type JournalRecord = ValueOf<typeof journalRecord>;
