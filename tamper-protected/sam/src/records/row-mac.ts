// SPDX-License-Identifier: Apache-2.0
// A row's MAC covers the deployment, the table, the primary key, the version and all columns: a row fits nowhere else, and at no other
// time.
import { timingSafeEqual } from 'node:crypto';
import { bytesUpTo, encode, map, text, uint } from '@sigillo/doors/schema';
import { id } from '@sigillo/doors/sap';
import { derivedKey, hmacSha256, sha256 } from '../hash.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

const bound = map({
  deploymentId: { key: 1, of: id, what: 'this deployment' },
  table: { key: 2, of: text(32), what: 'name of the table' },
  id: { key: 3, of: bytesUpTo(32, 1), what: 'primary key' },
  version: { key: 4, of: uint(), what: 'of the row' },
  body: { key: 5, of: bytesUpTo(131_072, 1), what: 'all columns' },
});

export interface BoundRow {
  readonly table: TableName;
  readonly id: Uint8Array;
  readonly version: number;
  readonly body: Uint8Array;
}

export class RowMac {
  readonly #deploymentId: Uint8Array;
  readonly #keys: ReadonlyMap<TableName, Uint8Array>;

  constructor(deploymentId: Uint8Array, stateKey: Uint8Array) {
    this.#deploymentId = deploymentId;
    this.#keys = new Map(TABLE_NAMES.map((table) => [table, derivedKey(stateKey, `sigillo/sam/row/1 ${table}`)]));
  }

  /** What the index remembers of a row. */
  hash(row: BoundRow): Uint8Array {
    return sha256(this.#covered(row));
  }

  mac(row: BoundRow): Uint8Array {
    return hmacSha256(this.#keys.get(row.table)!, this.#covered(row));
  }

  isRight(row: BoundRow, mac: Uint8Array): boolean {
    return mac.length === 32 && timingSafeEqual(this.mac(row), mac);
  }

  #covered({ table, id, version, body }: BoundRow): Uint8Array {
    return encode(bound, { deploymentId: this.#deploymentId, table, id, version, body });
  }
}
