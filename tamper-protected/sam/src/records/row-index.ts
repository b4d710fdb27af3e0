// SPDX-License-Identifier: Apache-2.0
// What the SAM remembers of every row: its version, its hash, and where in the journal it stands. The index comes from the journal, never
// from the database.
import { toHex } from '@sigillo/standards/bytes';
import type { Place } from '../journal/segments.ts';
import type { TableName } from './tables.ts';

export interface IndexEntry {
  readonly version: number;
  readonly hash: Uint8Array;
  /** Undefined until the record is durable. */
  place: Place | undefined;
}

/** A row at the version that a check saw. */
export interface SeenVersion {
  readonly key: string;
  readonly version: number;
}

export function rowKey(table: TableName, id: Uint8Array): string {
  return `${table} ${toHex(id)}`;
}

export class RowIndex {
  readonly #entries = new Map<string, IndexEntry>();

  get(key: string): IndexEntry | undefined {
    return this.#entries.get(key);
  }

  set(key: string, version: number, hash: Uint8Array, place: Place | undefined): IndexEntry {
    const entry: IndexEntry = { version, hash, place };
    this.#entries.set(key, entry);
    return entry;
  }

  version(table: TableName, id: Uint8Array): number {
    return this.#entries.get(rowKey(table, id))?.version ?? 0;
  }

  seen(table: TableName, id: Uint8Array): SeenVersion {
    const key = rowKey(table, id);
    return { key, version: this.#entries.get(key)?.version ?? 0 };
  }

  /** Whether every row still is what it was. */
  unchanged(seen: readonly SeenVersion[]): boolean {
    for (const { key, version } of seen) if (this.#entries.get(key)?.version !== version) return false;
    return true;
  }

  /** Primary keys of a table, in the order in which they first came. */
  ids(table: TableName): string[] {
    const prefix = `${table} `;
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }
}
