// SPDX-License-Identifier: Apache-2.0
// Statements at PostgreSQL. Where a write must not be lost with one machine, it counts as done only when the server says so without any
// warning: a wait for the standby that somebody cancelled ends with a warning and a commit that only this one server has.
import pg from 'pg';
import { SamRefusal } from './refusals.ts';

export type Query = (name: string, text: string, values: readonly unknown[]) => Promise<pg.QueryResult>;

export interface DatabaseConnection {
  readonly query: Query;
  /** A write that is on the standby when it resolves, where that is asked for. */
  readonly write: Query;
  /** Several statements that count together or not at all; on the standby like a write, also if they wrote nothing. */
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Whether the wait for the standby is part of a write. Nothing that the administrator set for the role weakens it. */
export type Durability = 'local' | 'standby';

const AT_STANDBY = '-c synchronous_commit=on -c client_min_messages=warning';
/** A statement that writes nothing is not waited for; this one always writes, and so carries all that was committed before it. */
const MARK = "select pg_logical_emit_message(true, 'sigillo', '')";

export function connectDatabase(connectionString: string, durability: Durability, onIdleError: (cause: unknown) => void): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: durability === 'standby' ? withOptions(connectionString, AT_STANDBY) : connectionString,
    max: 4,
    connectionTimeoutMillis: 3000,
    statement_timeout: 5000,
    query_timeout: 6000,
    keepAlive: true,
  });
  pool.on('error', onIdleError);
  let ended: Promise<void> | undefined;
  const query: Query = (name, text, values) => refusing(() => ask(pool, name, text, values));
  return {
    query,
    write: durability === 'local' ? query : (name, text, values) => refusing(() => withClient(pool, (client) => confirmed(client, () => ask(client, name, text, values)))),
    transaction: (work) => refusing(() => withClient(pool, (client) => confirmed(client, () => inTransaction(client, durability, work)))),
    close: () => (ended ??= pool.end()),
  };
}

/** A wrong state of the database is a refusal; what the SAM itself found wrong goes on as it is. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Error && (cause.name === 'JournalError' || cause instanceof SamRefusal)) throw cause;
    throw new SamRefusal('database_unavailable', { cause });
  }
}

function ask(at: pg.Pool | pg.PoolClient, name: string, text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
  return at.query({ name, text, values: values.map((value) => (value instanceof Uint8Array ? asBuffer(value) : value)) });
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  // A connection that breaks between two statements says so as an event, and by the failure of the next one.
  const onError = (cause: Error): void => void (failure = cause);
  client.on('error', onError);
  try {
    return await work(client);
  } catch (cause) {
    failure = cause instanceof Error ? cause : new Error('failed', { cause });
    throw cause;
  } finally {
    // After a failure nobody knows in which state the connection is.
    client.release(failure);
    client.off('error', onError);
  }
}

async function confirmed<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  let warned = false;
  const onNotice = (): void => void (warned = true);
  client.on('notice', onNotice);
  try {
    const result = await work();
    if (warned) throw new SamRefusal('database_unavailable');
    return result;
  } finally {
    client.off('notice', onNotice);
  }
}

async function inTransaction<T>(client: pg.PoolClient, durability: Durability, work: (query: Query) => Promise<T>): Promise<T> {
  await client.query('begin');
  const result = await work((name, text, values) => ask(client, name, text, values));
  if (durability === 'standby') await client.query(MARK);
  await client.query('commit');
  return result;
}

function withOptions(connectionString: string, options: string): string {
  const url = new URL(connectionString);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', given === null ? options : `${given} ${options}`);
  return url.href;
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
