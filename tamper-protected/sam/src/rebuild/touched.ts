// SPDX-License-Identifier: Apache-2.0
// What was touched after the last group that could be taken from the copy. Two witnesses tell, neither of them all: rows are written to the
// database apart from the copy, and a row whose MAC is right in a newer version is the SAM's own word; and so are groups after a break.
// Uses of a key change no row: those in groups that are gone altogether stay unknown.
import { decode } from '@sigillo/doors/schema';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import type { Database } from '../database.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { Memory } from '../memory.ts';
import { rowKey, type RowIndex } from '../records/row-index.ts';
import type { BoundRow, RowMac } from '../records/row-mac.ts';
import { authenticatorRow, enrolmentRow } from '../records/tables.ts';
import type { RowVersion } from './recovery-database.ts';

export class Touched {
  readonly #rows = new Map<string, BoundRow>();
  readonly #keys = new Set<string>();
  readonly #signers = new Set<string>();

  /** A record that stands after the break. */
  addRecord({ rows, keyId, signerId }: JournalRecord): void {
    for (const { table, id, version, body } of rows) this.#addRow({ table, id: copied(id), version, body: copied(body) });
    if (keyId !== null) this.#keys.add(toHex(keyId));
    else if (signerId !== null) this.#signers.add(toHex(signerId));
  }

  /** Rows of the database that are newer than the journal knows, each with its own right MAC. */
  async addNewerRows(versions: AsyncIterable<RowVersion>, database: Pick<Database, 'getRow'>, index: RowIndex, mac: RowMac): Promise<void> {
    for await (const { table, id, version } of versions) {
      if (version <= index.version(table, id)) continue;
      const found = await database.getRow(table, id);
      if (found === undefined) continue;
      const row: BoundRow = { table, id: copied(id), version: found.version, body: copied(found.body) };
      if (mac.isRight(row, found.mac)) this.#addRow(row);
    }
  }

  /** Those that the journal does not know, in their newest version. */
  rows(index: RowIndex): readonly BoundRow[] {
    return [...this.#rows.values()].filter(({ table, id, version }) => version > index.version(table, id));
  }

  /** Their keys; to be asked when memory has taken the rows. */
  keys(memory: Memory, rows: readonly BoundRow[]): readonly Uint8Array[] {
    const signers = new Set(this.#signers);
    const keys = new Set(this.#keys);
    for (const { table, id, body } of rows) {
      if (table === 'signer') signers.add(toHex(id));
      if (table === 'authenticator') signers.add(toHex(decode(authenticatorRow, body).signerId));
      if (table === 'signing_key') keys.add(toHex(id));
      const ordered = table === 'enrolment' ? decode(enrolmentRow, body).keyId : null;
      if (ordered !== null) keys.add(toHex(ordered));
    }
    for (const signer of signers) for (const keyId of memory.signer(fromHex(signer)).keys) keys.add(toHex(keyId));
    return [...keys].map((key) => fromHex(key));
  }

  #addRow(row: BoundRow): void {
    const key = rowKey(row.table, row.id);
    const known = this.#rows.get(key);
    if (known === undefined || known.version < row.version) this.#rows.set(key, row);
  }
}

function copied(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
