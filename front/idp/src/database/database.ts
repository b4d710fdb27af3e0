// SPDX-License-Identifier: Apache-2.0
import type { Log } from '@sigillo/wire';
import pg from 'pg';
import { asUnavailable } from './unavailable.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  /** Runs one named, prepared statement. */
  run(name: string, text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly Row[]; readonly count: number }>;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 8;
const WAIT_MS_MAX = 5000;

export function openDatabase(connectionString: string, log: Log): Database {
  const limits = { max: CONNECTIONS_MAX, connectionTimeoutMillis: WAIT_MS_MAX, statement_timeout: WAIT_MS_MAX };
  const pool = new pg.Pool({ connectionString, ...limits });
  pool.on('error', (cause) => log.warn('database_connection_lost', { code: (cause as { code?: string }).code ?? 'unknown' }));
  return {
    async run(name, text, values) {
      const result = await pool.query<Row>({ name, text, values: [...values] }).catch((cause: unknown) => {
        throw asUnavailable(cause);
      });
      return { rows: result.rows, count: result.rowCount ?? 0 };
    },
    close: () => pool.end(),
  };
}
