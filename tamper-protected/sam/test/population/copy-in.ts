// SPDX-License-Identifier: Apache-2.0
// COPY … FROM STDIN in PostgreSQL's binary format (its manual, "COPY", "Binary Format"), over the driver's own connection.
import pg from 'pg';

const SIGNATURE: Buffer = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const CHUNK_BYTES = 1_048_576;

/** A bigint or a bytea. */
export type Column = number | Uint8Array;

interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sync?(): void;
}

export class CopyIn {
  readonly #client: pg.Client;
  #last: Promise<unknown>;

  constructor(connectionString: string) {
    this.#client = new pg.Client({ connectionString });
    // What is lost with the server here is made anew.
    this.#last = this.#client.connect().then(() => this.#client.query('set synchronous_commit = off'));
  }

  /** Adds rows to a table, after those of the call before. */
  add(table: string, columns: string, rows: readonly (readonly Column[])[]): Promise<void> {
    const added = this.#last.then(() => this.#copy(`copy ${table} (${columns}) from stdin (format binary)`, rows));
    this.#last = added;
    return added;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#client.end();
  }

  #copy(text: string, rows: readonly (readonly Column[])[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let failure: unknown;
      const copying = {
        submit: (connection: Connection) => connection.query(text),
        handleCopyInResponse(connection: Connection) {
          for (const chunk of chunksOf(rows)) connection.sendCopyFromChunk(chunk);
          connection.endCopyFrom();
        },
        handleCommandComplete: () => undefined,
        handleError: (cause: unknown) => {
          failure = cause;
          reject(cause instanceof Error ? cause : new Error('COPY failed', { cause }));
        },
        handleReadyForQuery: () => {
          if (failure === undefined) resolve();
        },
      };
      this.#client.query(copying as unknown as pg.Submittable);
    });
  }
}

function* chunksOf(rows: readonly (readonly Column[])[]): Generator<Buffer> {
  let parts: Uint8Array[] = [SIGNATURE];
  let bytes = 0;
  for (const row of rows) {
    const count = Buffer.alloc(2);
    count.writeInt16BE(row.length);
    parts.push(count);
    for (const column of row) {
      const value = typeof column === 'number' ? bigint(column) : column;
      const length = Buffer.alloc(4);
      length.writeInt32BE(value.length);
      parts.push(length, value);
      bytes += value.length;
    }
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  const end = Buffer.alloc(2);
  end.writeInt16BE(-1);
  yield Buffer.concat([...parts, end]);
}

function bigint(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
