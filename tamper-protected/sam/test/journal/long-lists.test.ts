// SPDX-License-Identifier: Apache-2.0
// The longest list of the largest hashes, names and signatures fits into the records of an operation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIST_MAX } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { authorisedDetail, endedDetail, executingDetail, namesPersonal, releasedDetail, releasedPersonal } from '../../src/journal/details.ts';
import { journalRecord, type JournalRecord } from '../../src/journal/record.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const each = <T>(value: T): readonly T[] => Array.from({ length: LIST_MAX }, () => value);
const indices = Array.from({ length: LIST_MAX }, (_, i) => i);
const names = each('名'.repeat(120));
/** Nonce and tag of what is sealed. */
const SEALED_MORE = 28;

const frame: JournalRecord = {
  number: 1, previous: bytes(32), at: 1, event: 'authorised', code: '', signerId: bytes(16), entry: 1, keyId: bytes(16), clientId: 'x'.repeat(255), operation: bytes(32), rows: [],
  detail: bytes(0), personal: null, previousEntry: 0,
};

const authorised = {
  handle: bytes(32), ticketId: 'x'.repeat(128), ticketExpires: 1, clientKeyThumbprint: bytes(32), hashAlgorithm: '1.2', signatureAlgorithm: '1.2', signatureParameters: bytes(256),
  dtbsrs: each(bytes(64)), expires: 1, authenticator: bytes(32), signCount: 1, bodyHash: bytes(32), assertionHash: bytes(32),
};
const call = { handle: bytes(32), call: bytes(32), indices };
/** Of RSA-4096. */
const signatures = each(bytes(512));

const RECORDS: Readonly<Record<string, readonly [detail: Uint8Array, personal: Uint8Array | null]>> = {
  authorised: [encode(authorisedDetail, authorised), encode(namesPersonal, { names })],
  executing: [encode(executingDetail, call), null],
  released: [encode(releasedDetail, call), encode(releasedPersonal, { names, signatures })],
  ended: [encode(endedDetail, { handle: bytes(32), indices }), null],
};

for (const [name, [detail, personal]] of Object.entries(RECORDS)) {
  test(`${name}: a thousand items in one record`, () => {
    const sealed = personal === null ? null : bytes(personal.length + SEALED_MORE);
    const record = decode(journalRecord, encode(journalRecord, { ...frame, detail, personal: sealed }));
    assert.deepEqual([record.detail.length, record.personal?.length ?? null], [detail.length, sealed?.length ?? null]);
  });
}

test('what is beyond the list is no index', () => {
  assert.throws(() => encode(executingDetail, { ...call, indices: [LIST_MAX] }), { code: 'schema_range' });
});
